import { Composer, InlineKeyboard } from 'grammy';
import type { Clock } from '../../kernel/clock.ts';
import type { Queryable } from '../../kernel/db.ts';
import { defineCallbacks } from './callbacks.ts';
import type { StoreContext } from './context.ts';
import type { Question } from './form.ts';
import { type Html, html } from './html.ts';
import { deleteParkedBefore, parkForm, saveForm, saveQuestion, takeParked, trimParked } from './sql-forms.ts';

const callbacks = defineCallbacks('frm', { resume: ['form'], drop: ['form'] });

/** Forms of one person that wait for them. */
const KEPT = 3;
const KEEP_MS = 7 * 86_400_000;

const LABELS = { resume: '▶️ Lanjutkan', drop: '🗑 Buang' } as const;
const copy = {
  ask: html`⏸ Isianmu tadi belum selesai, jadi kami simpan dulu. Mau dilanjutkan atau dibuang?`,
  goOn: html`▶️ Lanjut, ya. Kirim jawaban untuk pertanyaan yang terakhir.`,
  dropped: html`🗑 Isian tadi sudah dibuang.`,
  gone: 'Isian ini sudah tidak ada 🙏',
} as const;

/** Half-typed forms that were left for another screen: they take no text until their owner goes on with them. */
export type Parking = {
  /** Puts the open form aside if something was typed into it. Returns how to ask what shall become of it. */
  leave(ctx: StoreContext): Promise<((ctx: StoreContext) => void) | undefined>;
  handlers: Composer<StoreContext>;
};

export function createParking(deps: { clock: Clock; isKnown(wizard: string): boolean }): Parking {
  const handlers = new Composer<StoreContext>();

  callbacks.on(handlers, 'resume', async (ctx, id) => {
    const parked = await takeParked(ctx.tx, ctx.user.id, id);
    if (!parked || !deps.isKnown(parked.wizard)) {
      ctx.toast(copy.gone, { alert: true });
      return ctx.erase();
    }
    const { question, ...form } = parked;
    await saveForm(ctx.tx, ctx.user.id, { ...form, typed: true });
    ctx.form = { ...form, typed: true };
    if (question) await saveQuestion(ctx.tx, ctx.user.id, question);
    ctx.show(question?.text ?? copy.goOn, question ? { keyboard: keyboardOf(question) } : {});
  });

  callbacks.on(handlers, 'drop', async (ctx, id) => {
    if (!(await takeParked(ctx.tx, ctx.user.id, id))) ctx.toast(copy.gone, { alert: true });
    ctx.show(copy.dropped);
  });

  return {
    handlers,
    async leave(ctx) {
      if (!ctx.form?.typed) return undefined;
      const id = await parkForm(ctx.tx, ctx.user.id, deps.clock.now());
      ctx.form = undefined;
      if (id === undefined) return undefined;
      await trimParked(ctx.tx, ctx.user.id, KEPT);
      const keyboard = new InlineKeyboard()
        .text(LABELS.resume, callbacks.pack('resume', id))
        .text(LABELS.drop, callbacks.pack('drop', id));
      return (later) => later.send(copy.ask, { keyboard });
    },
  };
}

/** Forms that nobody came back to are forgotten after a week. */
export const forgetParkedForms = (on: Queryable, now: Date): Promise<void> =>
  deleteParkedBefore(on, new Date(now.getTime() - KEEP_MS));

const keyboardOf = ({ buttons }: Question): InlineKeyboard => new InlineKeyboard(buttons);

/** Listens to what is shown from now on. Returns the last of it, as a form that is open then asks it. */
export function listen(ctx: StoreContext): () => Question | undefined {
  let last: Question | undefined;
  for (const way of ['send', 'show'] as const) {
    const shown = ctx[way];
    ctx[way] = (text: Html, options) => {
      shown(text, options);
      last = { text, buttons: options?.keyboard instanceof InlineKeyboard ? callbackButtons(options.keyboard) : [] };
    };
  }
  return () => last;
}

function callbackButtons(keyboard: InlineKeyboard): Question['buttons'] {
  return keyboard.inline_keyboard
    .map((row) =>
      row.flatMap((button) =>
        'callback_data' in button ? [{ text: button.text, callback_data: button.callback_data }] : [],
      ),
    )
    .filter((row) => row.length > 0);
}
