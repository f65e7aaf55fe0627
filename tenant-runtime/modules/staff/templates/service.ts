import type { Queryable, Tx } from '../../../../kernel/db.ts';
import { isolated } from '../../../../kernel/text.ts';
import { clip, escapeHtml, type Html, plainText, rawHtml } from '../../../bot/html.ts';
import type { Audit } from '../audit/index.ts';
import { sampleRefused } from './copy.ts';
import {
  LONGEST_VALUE,
  type Placeholder,
  SAMPLES,
  TEMPLATE_KEYS,
  TEMPLATES,
  type TemplateKey,
  type TemplateValues,
} from './defaults.ts';
import { deleteOverride, findOverride, listOverrides } from './sql.ts';
import { PLACEHOLDER, type TemplateProblem, validateTemplate } from './validate.ts';

/** A changed template that could not be sent and was put back to the default. */
export type Rollback = { key: TemplateKey; problem: TemplateProblem | { kind: 'refused'; description: string } };

/** What is sent in place of a text that Telegram refused, because of which text of the store. */
export type Fallback = { text: Html; key: TemplateKey; body: string };

export type Templates = {
  /**
   * The text to send: what the store made of the template, or the default copy. Values are escaped, and cut where they are
   * too long. A changed template that Telegram would refuse is put back to the default in this transaction and reported once.
   */
  render<K extends TemplateKey>(tx: Tx, key: K, values: TemplateValues<K>): Promise<Html>;
  /** `body` as it would be sent, with sample values. When Telegram refuses it, whoever looks is told so instead. */
  sample(key: TemplateKey, body: string): Html;
  /**
   * What to send instead of `text`, when a changed template is in it: the same with the default copy, or, when nobody
   * remembers the values any more (the store was restarted), the same without its markup.
   */
  fallbackFor(on: Queryable, text: string): Promise<Fallback | undefined>;
  /** Puts a changed template that Telegram refused back to the default, unless it has been changed since. */
  rollBackRefused(tx: Tx, refused: Fallback, description: string): Promise<void>;
};

/** Renderings of changed templates that are remembered until they are sent. */
const REMEMBERED = 200;
const MARKUP = /[<&]/;

export function createTemplates(deps: {
  storeName: string;
  audit: Audit;
  /** Tells the owner, in the transaction of the roll-back. */
  onRollback(tx: Tx, rollback: Rollback): Promise<void>;
}): Templates {
  const remembered = new Map<string, { key: TemplateKey; body: string; fallback: Html }>();

  function remember(rendered: string, made: { key: TemplateKey; body: string; fallback: Html }): void {
    // Telegram finds fault with markup only; a text without any may well be part of another.
    if (!MARKUP.test(made.body)) return;
    remembered.delete(rendered);
    remembered.set(rendered, made);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  async function rollBack(tx: Tx, key: TemplateKey, body: string, problem: Rollback['problem']): Promise<void> {
    if (!(await deleteOverride(tx, key, body))) return;
    await deps.audit.record(tx, {
      actor: 'system',
      action: 'template.rolled_back',
      target: `template:${key}`,
      before: { body },
      after: { body: null, problem },
    });
    await deps.onRollback(tx, { key, problem });
  }

  return {
    async render(tx, key, values) {
      const all = { ...values, nama_toko: deps.storeName };
      const fallback = fill(TEMPLATES[key].body, all);
      const body = await findOverride(tx, key);
      if (body === undefined) return fallback;
      const problem = validateTemplate(key, body);
      if (problem) {
        await rollBack(tx, key, body, problem);
        return fallback;
      }
      const rendered = fill(body, all);
      remember(rendered, { key, body, fallback });
      return rendered;
    },
    sample(key, body) {
      const rendered = fill(body, { ...SAMPLES, nama_toko: deps.storeName });
      // A text without placeholders looks the same to customers, who must never read what is meant for editors.
      if (!remembered.has(rendered)) remember(rendered, { key, body, fallback: sampleRefused() });
      return rendered;
    },
    async fallbackFor(on, text) {
      const found = [...remembered].findLast(([rendered]) => text.includes(rendered));
      if (found) {
        const [rendered, { key, body, fallback }] = found;
        return { text: rawHtml(text.replace(rendered, () => fallback)), key, body };
      }
      const override = (await listOverrides(on)).find(({ body }) => mayBeIn(text, body));
      const key = TEMPLATE_KEYS.find((known) => known === override?.key);
      return key && override && { text: escapeHtml(plainText(rawHtml(text))), key, body: override.body };
    },
    rollBackRefused: (tx, { key, body }, description) => rollBack(tx, key, body, { kind: 'refused', description }),
  };
}

function fill(body: string, values: Record<string, string | number>): Html {
  const written = (name: string) => clip(String(values[name] ?? ''), LONGEST_VALUE[name as Placeholder] ?? 0);
  return rawHtml(body.replace(PLACEHOLDER, (_, name: string) => escapeHtml(isolated(written(name)))));
}

/** Whether `text` may have been made from `body`: its own words are there, in their order, and markup among them. */
function mayBeIn(text: string, body: string): boolean {
  if (!MARKUP.test(body)) return false;
  let at = 0;
  for (const words of body.split(/\{[^{}\n]*\}/)) {
    const found = text.indexOf(words, at);
    if (found < 0) return false;
    at = found + words.length;
  }
  return true;
}
