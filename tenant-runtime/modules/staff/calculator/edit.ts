import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../bot/context.ts';
import { type Html, html } from '../../../bot/html.ts';
import type { WriteTime } from '../../../bot/time.ts';
import { cancelKeyboard } from '../../../bot/wizards.ts';
import { CALCULATOR, adminCallbacks as callbacks, RULE_WIZARD, wizardCallbacks } from './callbacks.ts';
import { again, buttons, toasts } from './copy.ts';
import {
  askRule,
  askSave,
  confirmReset,
  overtaken,
  problemWith,
  resetDone,
  saved,
  textPlease,
  unchanged,
} from './copy-rules.ts';
import type { CalculatorDeps } from './deps.ts';
import { checkRule, RULES, type Rule, tidy } from './rules.ts';
import { type RuleForm, readRuleForm } from './schema.ts';
import { calculatorScreen, exampleOf, numberOf } from './screens.ts';

/** Changing a rule: the new text, what it comes to on an example, and only then `💾 Simpan`; and going back to the default. */
export function editRules(composer: Composer<StoreContext>, deps: CalculatorDeps, time: WriteTime): void {
  const { wizards, calculator, mayEdit } = deps;

  const formOf = (data: RuleForm) => ({
    wizard: RULE_WIZARD,
    step: data.text === undefined ? 'text' : 'confirm',
    data,
  });

  async function ask(ctx: StoreContext, { rule, seen }: RuleForm, problem: Html): Promise<void> {
    ctx.send(again(problem, askRule(rule, seen)), { keyboard: cancelKeyboard() });
  }

  const saveKeyboard = (rule: Rule): InlineKeyboard =>
    cancelKeyboard(new InlineKeyboard().text(buttons.save, wizardCallbacks.pack('save', numberOf(rule))));

  /** Ends a form that cannot go on, and says why. */
  async function leave(ctx: StoreContext, why: string): Promise<void> {
    await wizards.end(ctx);
    if (ctx.callbackQuery) ctx.toast(why, { alert: true });
    else ctx.send(html`${why}`, { keyboard: new InlineKeyboard().text(buttons.back, CALCULATOR.data) });
  }

  async function showCalculator(ctx: StoreContext, news: Html): Promise<void> {
    const states = [await calculator.state(ctx.tx, 'formula'), await calculator.state(ctx.tx, 'fee')];
    const { text, keyboard } = calculatorScreen(states, mayEdit(ctx.role), time, news);
    ctx.show(text, { keyboard });
  }

  /** Handles a button that changes one rule: only of those who may. */
  function on(action: 'edit' | 'reset' | 'reseted', handler: (ctx: StoreContext, rule: Rule) => Promise<void>): void {
    callbacks.on(composer, action, async (ctx, number) => {
      const rule = RULES[number];
      if (!rule) return ctx.toast(toasts.stale, { alert: true });
      if (!mayEdit(ctx.role)) return ctx.toast(toasts.ownersOnly, { alert: true });
      await handler(ctx, rule);
    });
  }

  on('edit', async (ctx, rule) => {
    const { text } = (await calculator.state(ctx.tx, rule)).checked;
    await wizards.begin(ctx, formOf({ rule, seen: text }));
    ctx.show(askRule(rule, text), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(RULE_WIZARD, async (ctx, form) => {
    const draft = readRuleForm(form);
    if (!draft) return leave(ctx, toasts.stale);
    if (!mayEdit(ctx.role)) return leave(ctx, toasts.ownersOnly);
    const typed = ctx.message?.text;
    if (typed === undefined) return ask(ctx, draft, textPlease());
    const read = checkRule(draft.rule, typed);
    if (!read.ok) return ask(ctx, draft, problemWith(read, tidy(typed)));
    const { text } = read.checked;
    await wizards.advance(ctx, formOf({ ...draft, text }));
    ctx.send(askSave(draft.rule, text, exampleOf(read.checked)), { keyboard: saveKeyboard(draft.rule) });
  });

  wizardCallbacks.on(composer, 'save', async (ctx, number) => {
    const draft = ctx.form?.wizard === RULE_WIZARD ? readRuleForm(ctx.form) : undefined;
    if (!draft || numberOf(draft.rule) !== number || draft.text === undefined) {
      return ctx.toast(toasts.stale, { alert: true });
    }
    if (!mayEdit(ctx.role)) return leave(ctx, toasts.ownersOnly);
    const { rule, seen } = draft;
    // The form may be older than the rules of rules.
    const read = checkRule(rule, draft.text);
    if (!read.ok) return ask(ctx, draft, problemWith(read, draft.text));
    const outcome = await calculator.change(ctx.tx, actorOf(ctx), read.checked, seen);
    if (outcome === 'overtaken') {
      const now = (await calculator.state(ctx.tx, rule)).checked.text;
      await wizards.advance(ctx, formOf({ ...draft, seen: now }));
      return ctx.send(overtaken(now), { keyboard: saveKeyboard(rule) });
    }
    await wizards.end(ctx);
    await showCalculator(ctx, outcome === 'changed' ? saved(rule) : unchanged());
  });

  on('reset', async (ctx, rule) => {
    const { checked, changed } = await calculator.state(ctx.tx, rule);
    if (!changed) return ctx.toast(toasts.alreadyDefault, { alert: true });
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmReset, callbacks.pack('reseted', numberOf(rule)))
      .text(buttons.keep, CALCULATOR.data);
    ctx.show(confirmReset(rule, checked.text), { keyboard });
  });

  on('reseted', async (ctx, rule) => {
    const outcome = await calculator.reset(ctx.tx, actorOf(ctx), rule);
    if (outcome === 'unchanged') return ctx.toast(toasts.alreadyDefault, { alert: true });
    await showCalculator(ctx, resetDone(rule));
  });
}
