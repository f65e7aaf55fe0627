import type { MessageView } from '../../sandbox/client.ts';
import type { Seen, Step } from './person.ts';

const type = (text: string): Step => ({ kind: 'type', text });

/** Answers that fit some question or other. */
const POOL: readonly Step[] = [
  type('Contoh Baru'),
  type('15000'),
  type('7'),
  type('081234567890'),
  type('12.5'),
  type('2030-12-31'),
  { kind: 'photo', caption: 'Contoh foto' },
];

/**
 * What a person may answer to a question: first the examples that the question itself gives (they are set as code), then
 * whatever fits some question, then what was shown as code before (ids, codes, invoices).
 */
export function candidates(seen: Seen, unique: number, met: readonly string[]): Step[] {
  const examples = seen.screens.flatMap(examplesOf);
  const fresh = (text: string) => text.replace(/^KODE\b/, `KODE${unique}`);
  const first = [...new Set(examples.map(fresh))].map(type);
  return [...first, ...POOL.map((step) => numbered(step, unique)), ...met.map(type)];
}

function numbered(step: Step, unique: number): Step {
  return step.kind === 'type' && step.text === 'Contoh Baru' ? type(`Contoh Baru ${unique}`) : step;
}

export function examplesOf({ text, raw }: MessageView): string[] {
  return (raw.entities ?? raw.caption_entities ?? [])
    .filter((entity) => entity.type === 'code')
    .map(({ offset, length }) => text.slice(offset, offset + length))
    .filter((example) => example.trim() !== '' && !example.includes('<'));
}
