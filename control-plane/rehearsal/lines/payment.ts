import { setTimeout as sleep } from 'node:timers/promises';
import { askPort } from '../../ask-port.ts';
import type { OperationRow } from '../../operations/index.ts';
import { type Finding, failed, type Line, leftOut, ok, type Scene, warning } from '../line.ts';
import { createPakasirDesk, type Order, type PakasirDesk } from '../pakasir.ts';
import type { RehearsalParts } from '../parts.ts';

/** The smallest that Pakasir takes, in rupiah. */
const AMOUNT = 500;
/** Pakasir takes one question about a transaction in four seconds. */
const QUESTION_GAP_MS = 4_100;
const WEBHOOK_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 4_000;
const KEY = 'Check PAKASIR_PROJECT_SLUG and PAKASIR_API_KEY: lapak tenant config set.';

/** Begins like no order of a customer: the store does not know it, and counts it nowhere. */
const orderOf = ({ id, attempt }: OperationRow, what: 'paid' | 'unpaid'): Order => ({
  ref: `rehearsal-${id}-${attempt}-${what}`,
  amount: AMOUNT,
});

const deskOf = ({ tenants }: RehearsalParts, { spec, signal }: Scene) =>
  createPakasirDesk({
    base: tenants.platform.pakasirApiBase,
    project: spec.env.PAKASIR_PROJECT_SLUG ?? '',
    apiKey: spec.env.PAKASIR_API_KEY ?? '',
    signal,
  });

/** Spelt both ways, as the store itself reads it. */
const isCanceled = (status: string | undefined): boolean => status === 'canceled' || status === 'cancelled';

const questionGap = ({ signal }: Scene) => sleep(QUESTION_GAP_MS, undefined, { signal });

/** A line that plays an order of its own at Pakasir. */
function paymentLine(
  what: 'paid' | 'unpaid',
  timeoutSeconds: number,
  play: (scene: Scene, desk: PakasirDesk, order: Order) => Promise<Finding>,
): (parts: RehearsalParts) => Line {
  return (parts) => ({
    name: `${what} payment`,
    timeoutSeconds,
    mend: 'Look whether Pakasir answers, then rehearse again.',
    look: (scene) => play(scene, deskOf(parts, scene), orderOf(scene.operation, what)),
  });
}

/** An invoice that nobody pays: asked for, and given up as the store does with one that has expired. */
export const unpaidLine = paymentLine('unpaid', 90, async (scene, desk, order) => {
  // A kill may have come after the cancellation: then there is nothing left to play.
  if (!isCanceled(await desk.status(order))) {
    const made = await desk.create(order);
    if (made.status !== 200) return failed(`Pakasir makes no invoice (${made.reason})`, KEY);
    await questionGap(scene);
    const status = await desk.status(order);
    if (status !== 'pending') return failed(`a new invoice is ${status ?? 'not known'}, not pending`, KEY);
    const given = await desk.cancel(order);
    if (given.status !== 200) return failed(`Pakasir does not cancel (${given.reason})`, KEY);
    await questionGap(scene);
  }
  const end = await desk.status(order);
  if (!isCanceled(end)) return failed(`the invoice is ${end ?? 'not known'} after its end`, KEY);
  return ok(`an invoice of Rp${AMOUNT} was made, pending, and ended unpaid; the key is right`);
});

/** An invoice that is paid by simulation: only sandbox projects take one. No money moves, and no order is settled. */
export const paidLine = paymentLine('paid', 120, async (scene, desk, order) => {
  const before = await webhooksSeen(scene);
  if ((await desk.status(order)) !== 'completed') {
    const made = await desk.create(order);
    if (made.status !== 200) return failed(`Pakasir makes no invoice (${made.reason})`, KEY);
    const paid = await desk.simulate(order);
    if (paid.status !== 200) {
      await desk.cancel(order);
      return leftOut(`live project: Pakasir takes no simulated payment (${paid.reason})`);
    }
  }
  await questionGap(scene);
  const status = await desk.status(order);
  if (status !== 'completed') return failed(`a paid invoice is ${status ?? 'not known'}`, KEY);
  return webhookCame(scene, before);
});

async function webhookCame(scene: Scene, before: number | undefined): Promise<Finding> {
  const paid = `an invoice of Rp${AMOUNT} was paid by simulation, and Pakasir says so`;
  const rest = 'No order of a customer was settled: the rehearsal has no customer';
  if (before === undefined) return warning(`${paid}; the store does not tell its webhooks`, 'Upgrade the store.');
  await scene.progress('paid, waiting for the webhook');
  const until = performance.now() + WEBHOOK_WITHIN_MS;
  while (performance.now() < until) {
    if (((await webhooksSeen(scene)) ?? 0) > before) return ok(`${paid}; its webhook reached the store. ${rest}`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: scene.signal });
  }
  return warning(
    `${paid}; no webhook reached the store, which so learns of payments by asking only. ${rest}`,
    `Enter the address of the store at Pakasir: <public address>/${scene.spec.store}/webhooks/pakasir, and the same PAKASIR_WEBHOOK_SECRET, or none.`,
  );
}

/** Webhooks of transactions that the store does not know, as it counts them itself. */
async function webhooksSeen({ spec, signal }: Scene): Promise<number | undefined> {
  const { text } = await askPort(
    spec.ports.telegram,
    '/metrics',
    AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  );
  if (!text.includes('lapak_payment_webhooks_total')) return undefined;
  return Number(/^lapak_payment_webhooks_total\{[^}]*result="unknown"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}
