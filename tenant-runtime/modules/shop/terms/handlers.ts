import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import type { Html } from '../../../bot/html.ts';
import { dateTime } from '../../../bot/time.ts';
import { cancelKeyboard, type Wizards } from '../../../bot/wizards.ts';
import { HOME } from '../users/index.ts';
import { termsCallbacks as callbacks, PROOF_WIZARD } from './callbacks.ts';
import { askAgain, askProof, buttons, morePictures, noLonger, saved, sentBefore, toasts } from './copy.ts';
import { evidenceOf, mediaOf } from './evidence.ts';
import { readProofForm } from './schema.ts';
import type { Terms } from './service.ts';
import type { Obligation } from './sql.ts';

/** Each is forwarded to every admin: nobody may send them any number for what they bought once. */
const MOST_PROOFS = 20;

/** `✅ Penuhi SNK`: a customer shows that they keep the terms of what they bought. */
export function termsHandlers(deps: {
  wizards: Wizards;
  terms: Terms;
  /** Hears of a picture that was taken: the others of its album go the same way. */
  onPicture(ctx: StoreContext, of: { cause: string; notice: Html }): Promise<void>;
  timeZone: string;
}): Composer<StoreContext> {
  const { wizards, terms } = deps;
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();
  const home = () => new InlineKeyboard().text(HOME.text, HOME.data);

  /** What the pressed button is about. Says why when it is about nothing: it may be forged, or older than a change. */
  async function due(ctx: StoreContext, orderId: number, productId: number): Promise<Obligation | undefined> {
    const found = await terms.obligation(ctx.tx, ctx.user.id, orderId, productId);
    if (found && found.terms !== null) return found;
    ctx.toast(found ? toasts.noTerms : toasts.stale, { alert: true });
    return undefined;
  }

  async function ask(ctx: StoreContext, { orderId, productId, name }: Obligation): Promise<void> {
    await wizards.begin(ctx, { wizard: PROOF_WIZARD, step: 'proof', data: { orderId, productId } });
    ctx.send(askProof(name), { keyboard: cancelKeyboard() });
  }

  callbacks.on(composer, 'fulfil', async (ctx, orderId, productId) => {
    const found = await due(ctx, orderId, productId);
    if (!found) return;
    const proof = await terms.proofOf(ctx.tx, orderId, productId);
    if (!proof) return ask(ctx, found);
    const keyboard = new InlineKeyboard()
      .text(buttons.replace, callbacks.pack('replace', orderId, productId))
      .row()
      .text(HOME.text, HOME.data);
    ctx.send(sentBefore(found.name, time(proof.sentAt), proof.evidence), { keyboard, ...mediaOf(proof.evidence) });
  });

  callbacks.on(composer, 'replace', async (ctx, orderId, productId) => {
    const found = await due(ctx, orderId, productId);
    if (!found) return;
    const proof = await terms.proofOf(ctx.tx, orderId, productId);
    if (proof && proof.revision >= MOST_PROOFS) return ctx.toast(toasts.often, { alert: true });
    await ask(ctx, found);
  });

  wizards.define(PROOF_WIZARD, async (ctx, form) => {
    const data = readProofForm(form);
    const found = data && (await terms.obligation(ctx.tx, ctx.user.id, data.orderId, data.productId));
    if (!found || found.terms === null) {
      await wizards.end(ctx);
      return ctx.send(noLonger(), { keyboard: home() });
    }
    const evidence = evidenceOf(ctx.message);
    if ('problem' in evidence) {
      return ctx.send(askAgain(evidence.problem, found.name), { keyboard: cancelKeyboard() });
    }
    const updated = await terms.submit(ctx.tx, ctx.user, found, evidence);
    await wizards.end(ctx);
    await deps.onPicture(ctx, {
      cause: `term-proof:${found.orderId}:${found.productId}`,
      notice: morePictures(ctx.user, found),
    });
    ctx.send(saved(updated), { keyboard: home() });
  });

  return composer;
}
