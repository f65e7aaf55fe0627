import type { Tx } from '../../../kernel/db.ts';
import { escapeHtml, type Html, MAX_TEXT, rawHtml, visibleLength } from '../../bot/html.ts';
import type { Audit } from '../audit/index.ts';
import { TEMPLATES, type TemplateKey, type TemplateValues } from './defaults.ts';
import { deleteOverride, findOverride } from './sql.ts';
import { PLACEHOLDER, type TemplateProblem, validateTemplate } from './validate.ts';

/** A changed template that could not be sent and was put back to the default. */
export type Rollback = { key: TemplateKey; problem: TemplateProblem };

export type Templates = {
  /**
   * The text to send: what the store made of the template, or the default copy. Values are escaped. A changed template
   * that Telegram would refuse is put back to the default in this transaction and reported once.
   */
  render<K extends TemplateKey>(tx: Tx, key: K, values: TemplateValues<K>): Promise<Html>;
};

export function createTemplates(deps: {
  storeName: string;
  audit: Audit;
  /** Tells the owner, in the transaction of the roll-back. */
  onRollback(tx: Tx, rollback: Rollback): Promise<void>;
}): Templates {
  async function rollBack(tx: Tx, key: TemplateKey, body: string, problem: TemplateProblem): Promise<void> {
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
      const all: Record<string, string | number> = { ...values, nama_toko: deps.storeName };
      const override = await findOverride(tx, key);
      if (override !== undefined) {
        const rendered = fill(override, all);
        const problem = validateTemplate(key, override) ?? lengthProblem(rendered);
        if (!problem) return rendered;
        await rollBack(tx, key, override, problem);
      }
      return fill(TEMPLATES[key].body, all);
    },
  };
}

function fill(body: string, values: Record<string, string | number>): Html {
  return rawHtml(body.replace(PLACEHOLDER, (_, name: string) => escapeHtml(String(values[name] ?? ''))));
}

function lengthProblem(rendered: Html): TemplateProblem | undefined {
  return visibleLength(rendered) > MAX_TEXT ? { kind: 'too_long', max: MAX_TEXT } : undefined;
}
