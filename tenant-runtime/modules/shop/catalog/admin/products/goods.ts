import { type Composer, InlineKeyboard } from 'grammy';
import { z } from 'zod';
import type { StoreContext } from '../../../../../bot/context.ts';
import type { Form } from '../../../../../bot/form.ts';
import { paragraphs } from '../../../../../bot/html.ts';
import { cancelKeyboard, type Wizards } from '../../../../../bot/wizards.ts';
import { type Intake, linesWithoutMark, unitsOfText } from '../../../stock/index.ts';
import { wizardCallbacks } from './callbacks.ts';
import { toasts } from './copy.ts';
import { askLines, buttons, chooseFirst } from './copy-wizards.ts';

/** A message of several lines of which nobody said what they are, sealed as goods are. */
const Asked = z.looseObject({ goods: z.string(), message: z.number(), lines: z.number() });

/** Goods as they were sent in a form; of several lines it is asked first whether they are one unit or many. */
export type Goods = {
  /** Undefined when the person was asked, and the answer is to come. */
  read(ctx: StoreContext, form: Form): Promise<Intake | undefined>;
  /** Registers what the wizard does with goods that were asked about. */
  onAnswer(wizard: string, take: (ctx: StoreContext, form: Form, goods: Intake) => Promise<void>): void;
};

export function createGoods(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  read: (ctx: StoreContext) => Promise<Intake>,
): Goods {
  const takers = new Map<string, Parameters<Goods['onAnswer']>[1]>();

  const keyboardOf = ({ message, lines }: z.infer<typeof Asked>): InlineKeyboard =>
    cancelKeyboard(
      new InlineKeyboard()
        .text(buttons.oneUnit(lines), wizardCallbacks.pack('whole', message))
        .row()
        .text(buttons.manyUnits(lines), wizardCallbacks.pack('each', message))
        .row(),
    );

  for (const [action, as] of [
    ['whole', 'one'],
    ['each', 'lines'],
  ] as const) {
    wizardCallbacks.on(composer, action, async (ctx, message) => {
      const asked = Asked.safeParse(ctx.form?.data).data;
      const take = ctx.form && takers.get(ctx.form.wizard);
      if (!ctx.form || !take || asked?.message !== message) return ctx.toast(toasts.stale, { alert: true });
      const { goods, message: _, lines: __, ...data } = asked;
      const form = { ...ctx.form, data };
      await wizards.begin(ctx, form);
      await take(ctx, form, unitsOfText(wizards.unsealed(ctx.user.id, goods), as));
    });
  }

  return {
    async read(ctx, form) {
      const before = Asked.safeParse(form.data).data;
      if (before) {
        ctx.send(paragraphs(chooseFirst(), askLines(before.lines)), { keyboard: keyboardOf(before) });
        return undefined;
      }
      const text = ctx.message?.text;
      const lines = text === undefined ? 1 : linesWithoutMark(text);
      if (text === undefined || lines < 2) return read(ctx);
      const asked = { goods: wizards.sealed(ctx.user.id, text), message: ctx.message?.message_id ?? 0, lines };
      await wizards.advance(ctx, { ...form, data: { ...form.data, ...asked } });
      ctx.send(askLines(lines), { keyboard: keyboardOf(asked) });
      return undefined;
    },
    onAnswer(wizard, take) {
      takers.set(wizard, take);
    },
  };
}
