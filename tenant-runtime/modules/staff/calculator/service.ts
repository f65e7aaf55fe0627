import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import type { Change, Configuration } from '../configuration/index.ts';
import { changed, reset } from './copy-rules.ts';
import { type CheckedRule, checkRule, DEFAULTS, RULES, type Rule } from './rules.ts';
import { deleteSetting, listSettings, putSetting, type Setting } from './sql.ts';

/** A rule as it is used now. `changed` says by whom and when, if it is not the one that the shop came with. */
export type RuleState = { checked: CheckedRule; changed?: Pick<Setting, 'by' | 'at'> };

/** The rules by which the staff calculate. What is changed must have passed `checkRule`. */
export type Calculator = {
  state<R extends Rule>(on: Queryable, rule: R): Promise<RuleState & { checked: Extract<CheckedRule, { rule: R }> }>;
  /** `overtaken` when the rule is not `seen` any more: somebody else changed it meanwhile. */
  change(tx: Tx, actor: Actor, to: CheckedRule, seen: string): Promise<'changed' | 'unchanged' | 'overtaken'>;
  reset(tx: Tx, actor: Actor, rule: Rule): Promise<'reset' | 'unchanged'>;
};

const keyOf = (rule: Rule): string => `calculator.${rule}`;

/** The rules that somebody set, as they are kept. */
export async function readRules(on: Queryable): Promise<Map<Rule, Setting & { value: string }>> {
  const settings = await listSettings(on, RULES.map(keyOf));
  const kept = new Map<Rule, Setting & { value: string }>();
  for (const { value, ...setting } of settings) {
    const rule = RULES.find((known) => keyOf(known) === setting.key);
    if (rule && typeof value === 'string') kept.set(rule, { ...setting, value });
  }
  return kept;
}

/** Keeps a rule; the default is kept as nothing. */
export async function writeRule(tx: Tx, rule: Rule, text: string | null, by: number): Promise<void> {
  if (text === null || text === DEFAULTS[rule]) await deleteSetting(tx, keyOf(rule));
  else await putSetting(tx, keyOf(rule), text, by);
}

export function createCalculator(deps: { configuration: Configuration }): Calculator {
  async function state(on: Queryable, rule: Rule): Promise<RuleState> {
    const kept = (await readRules(on)).get(rule);
    const read = kept && checkRule(rule, kept.value);
    // What an older or newer version kept may be nothing that this one understands.
    if (kept && read?.ok) return { checked: read.checked, changed: { by: kept.by, at: kept.at } };
    const standard = checkRule(rule, DEFAULTS[rule]);
    if (!standard.ok) throw new Error(`the default of ${rule} cannot be used`);
    return { checked: standard.checked };
  }

  async function write(tx: Tx, actor: Actor, rule: Rule, before: string, after: string): Promise<Change> {
    await writeRule(tx, rule, after, actor.id);
    const isDefault = after === DEFAULTS[rule];
    return {
      action: isDefault ? 'calculator.reset' : 'calculator.changed',
      target: keyOf(rule),
      before: { [rule]: before },
      after: { [rule]: after },
      summary: isDefault ? reset(rule, after) : changed(rule, before, after),
    };
  }

  return {
    // The state of a rule is of that rule.
    state: state as Calculator['state'],
    change: (tx, actor, { rule, text }, seen) =>
      deps.configuration.change<'changed' | 'unchanged' | 'overtaken'>(tx, actor, async () => {
        const before = (await state(tx, rule)).checked.text;
        if (before === text) return { outcome: 'unchanged' };
        if (before !== seen) return { outcome: 'overtaken' };
        return { outcome: 'changed', changed: await write(tx, actor, rule, before, text) };
      }),
    reset: (tx, actor, rule) =>
      deps.configuration.change<'reset' | 'unchanged'>(tx, actor, async () => {
        const now = await state(tx, rule);
        if (!now.changed) return { outcome: 'unchanged' };
        return { outcome: 'reset', changed: await write(tx, actor, rule, now.checked.text, DEFAULTS[rule]) };
      }),
  };
}
