import { plainText, rawHtml, visibleLength } from '../../../bot/html.ts';
import { FULL, fits, HEADER_ENTITIES, weigh } from '../../../bot/weight.ts';
import { LONGEST_VALUE, type Placeholder, TEMPLATES, type TemplateKey } from './defaults.ts';
import { type MarkupProblem, markupProblem } from './markup.ts';

export type TemplateProblem =
  | MarkupProblem
  | { kind: 'empty' }
  /** Counted with the longest values that can stand in it. */
  | { kind: 'too_long'; max: number; length: number }
  | { kind: 'too_much_markup'; max: number }
  | { kind: 'too_many_marks'; max: number }
  | { kind: 'unknown_placeholder'; placeholder: string; at: number };

export const PLACEHOLDER = /\{([^{}\n]*)\}/g;

/** Longest text with its tags, in characters: it is stored, shown and copied whole. */
const MAX_BODY = 12_000;

/**
 * Telegram shows no more formatting than this, and goods below a header need theirs. Asked before saving only: what was saved
 * before is sent as it is.
 */
export function excessOfMarks(key: TemplateKey, body: string): TemplateProblem | undefined {
  const max = key === 'payment_success' ? HEADER_ENTITIES : FULL.entities;
  return fits(weigh(rawHtml(body)), { ...FULL, entities: max }) ? undefined : { kind: 'too_many_marks', max };
}

/** Why `body` cannot stand for the template `key`, if it cannot. Checked before saving, and again before sending. */
export function validateTemplate(key: TemplateKey, body: string): TemplateProblem | undefined {
  if (body.length > MAX_BODY) return { kind: 'too_much_markup', max: MAX_BODY };
  const { max, placeholders } = TEMPLATES[key];
  const longest = body.replace(PLACEHOLDER, (all, name: string) =>
    'x'.repeat(LONGEST_VALUE[name as Placeholder] ?? all.length),
  );
  const length = visibleLength(rawHtml(longest));
  if (length > max) return { kind: 'too_long', max, length };
  if (plainText(rawHtml(body)).trim() === '') return { kind: 'empty' };
  const known: readonly string[] = placeholders;
  for (const { 1: placeholder = '', index: at } of body.matchAll(PLACEHOLDER)) {
    if (!known.includes(placeholder)) return { kind: 'unknown_placeholder', placeholder, at };
  }
  return markupProblem(body);
}
