import { createHash } from 'node:crypto';
import { type MessageView, type RenderOptions, renderMessage } from '../../sandbox/client.ts';

/** What a reader sees, in the order of the play. */
export type Line =
  | { kind: 'section'; time: string; title: string; narration: string }
  | { kind: 'message'; whose: string; message: MessageView; options: RenderOptions }
  | { kind: 'note'; whose: string; text: string };

const COLUMNS = 92;

const PREAMBLE = `<!-- Written by a test from what the bot really said: UPDATE_DOCS=true npx vitest run tests/transcript -->`;

/** The play as a page: scenes as headings, each chat in a block of its own. */
export function renderPage(title: string, introduction: string, lines: readonly Line[]): string {
  const page = [PREAMBLE, '', `# ${title}`, '', introduction];
  let whose: string | undefined;
  const close = () => {
    if (whose !== undefined) page.push('```');
    whose = undefined;
  };
  for (const line of lines) {
    if (line.kind === 'section') {
      close();
      page.push('', `## ${line.time} · ${line.title}`, '', line.narration);
      continue;
    }
    if (line.whose !== whose) {
      close();
      page.push('', `*${line.whose}'s chat*`, '', '```text');
      whose = line.whose;
    } else page.push('');
    page.push(line.kind === 'note' ? line.text : renderMessage(line.message, { columns: COLUMNS, ...line.options }));
  }
  close();
  return `${withStableIds(page.join('\n'))}\n`;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The random part of an invoice id depends on nothing but on which one it is in the play. */
function withStableIds(text: string): string {
  const known = new Map<string, string>();
  return text.replace(/\b(tg|dp)(\d+)-([a-z0-9]+)/g, (_, kind: string, person: string, random: string) => {
    if (!known.has(random)) known.set(random, stableId(known.size, random.length));
    return `${kind}${person}-${known.get(random)}`;
  });
}

function stableId(index: number, length: number): string {
  const digest = createHash('sha256').update(`invoice ${index}`).digest();
  return [...digest.subarray(0, length)].map((byte) => ALPHABET[byte & 31]).join('');
}
