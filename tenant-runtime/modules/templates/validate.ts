import { MAX_TEXT, rawHtml, visibleLength } from '../../bot/html.ts';
import { TEMPLATES, type TemplateKey } from './defaults.ts';
import { type MarkupProblem, markupProblem } from './markup.ts';

export type TemplateProblem =
  | MarkupProblem
  | { kind: 'empty' }
  | { kind: 'too_long'; max: number }
  | { kind: 'unknown_placeholder'; placeholder: string };

export const PLACEHOLDER = /\{([^{}\n]*)\}/g;

/** Why `body` cannot stand for the template `key`, if it cannot. Checked before saving, and again before sending. */
export function validateTemplate(key: TemplateKey, body: string): TemplateProblem | undefined {
  if (visibleLength(rawHtml(body)) > MAX_TEXT) return { kind: 'too_long', max: MAX_TEXT };
  if (visibleLength(rawHtml(body.trim())) === 0) return { kind: 'empty' };
  const known: readonly string[] = TEMPLATES[key].placeholders;
  for (const [, placeholder = ''] of body.matchAll(PLACEHOLDER)) {
    if (!known.includes(placeholder)) return { kind: 'unknown_placeholder', placeholder };
  }
  return markupProblem(body);
}
