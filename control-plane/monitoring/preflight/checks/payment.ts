import { setTimeout as sleep } from 'node:timers/promises';
import { askPort } from '../../../fleet/ask-port.ts';
import type { OperationRow } from '../../../fleet/operations/index.ts';
import { type Check, type CheckContext, type Finding, failed, leftOut, ok, warning } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { dryRunOrder } from '../dry-run.ts';
import { createPakasirDesk, type Order, type PakasirDesk } from '../pakasir.ts';

/** The smallest that Pakasir takes, in rupiah. */
const AMOUNT = 500;
/** Pakasir takes one question about a transaction in four seconds. */
const QUESTION_GAP_MS = 4_100;
const WEBHOOK_WITHIN_MS = 30_000;
const POLL_MS = 1_000;
const ANSWER_WITHIN_MS = 4_000;
const KEY = 'Check PAKASIR_PROJECT_SLUG and PAKASIR_API_KEY: lapak tenant config set.';

/** Begins like no order of a customer: the store does not know it, and counts it nowhere. */
const orderOf = ({ id, attempt }: OperationRow, what: 'paid' | 'unpaid'): Order => ({
  ref: `rehearsal-${id}-${attempt}-${what}`,
  amount: AMOUNT,
});

const deskOf = ({ tenants }: RehearsalDeps, { spec, signal }: CheckContext) =>
  createPakasirDesk({
    base: tenants.platform.pakasirApiBase,
    project: spec.env.PAKASIR_PROJECT_SLUG ?? '',
    apiKey: spec.env.PAKASIR_API_KEY ?? '',
    signal,
  });

/** Spelt both ways, as the store itself reads it. */
const isCanceled = (status: string | undefined): boolean => status === 'canceled' || status === 'cancelled';

const questionGap = ({ signal }: CheckContext) => sleep(QUESTION_GAP_MS, undefined, { signal });

/** A line that plays an order of its own at Pakasir. */
function paymentCheck(
  what: 'paid' | 'unpaid',
  timeoutSeconds: number,
  play: (context: CheckContext, desk: PakasirDesk, order: Order) => Promise<Finding>,
): (deps: RehearsalDeps) => Check {
  return (deps) => ({
    name: `${what} payment`,
    timeoutSeconds,
    remedy: 'Look whether Pakasir answers, then rehearse again.',
    async run(context) {
      const isResumed = context.operation.steps.some(
        ({ name, state }) => name === `${what} payment` && state === 'running',
      );
      // Whoever was killed may have asked a moment ago.
      if (isResumed) await questionGap(context);
      return play(context, deskOf(deps, context), orderOf(context.operation, what));
    },
  });
}

const READ_LOG = 'Read its log: lapak tenant logs. Then buy something yourself, before customers do.';
const OLDER = 'its runtime plays no order, as older ones do not';
const SANDBOX = 'the project is in sandbox mode, which has to end before customers pay';
const UPGRADE = 'Upgrade the store and rehearse again, or buy something yourself.';

/** An invoice that nobody pays: asked for, expired in the eyes of the store, and given up. */
export const unpaidCheck = paymentCheck('unpaid', 150, async (context, desk, order) => {
  let played: string | undefined = 'its order was left to an earlier try';
  const answer = await desk.create(order);
  if (!answer.made) return failed(`Pakasir makes no invoice (${answer.reason})`, KEY);
  const { made } = answer;
  let end = await desk.status(made);
  // A kill may have come after the cancellation: then there is nothing left to play.
  if (!isCanceled(end)) {
    if (end !== 'pending') return failed(`a new invoice is ${end ?? 'not known'}, not pending`, KEY);
    await questionGap(context);
    const ended = await dryRunOrder(context, { play: 'expired', ...order, transactionId: made.transactionId });
    // The invoice stays: played again after a kill, this has to come out again.
    if (ended && !ended.ok) return failed(`an order that nobody pays: ${ended.found}`, READ_LOG);
    played = ended?.found;
    const given = await desk.cancel(made);
    if (given.status !== 200) return failed(`Pakasir does not cancel (${given.reason})`, KEY);
    await questionGap(context);
    end = await desk.status(made);
  }
  if (!isCanceled(end)) return failed(`the invoice is ${end ?? 'not known'} after its end`, KEY);
  const found = `an invoice of Rp${AMOUNT} was made, pending, and ended unpaid; the key is right; ${played ?? OLDER}`;
  return played === undefined ? warning(found, UPGRADE) : ok(found);
});

/** An invoice that is paid without money: only projects in sandbox mode take that. Nothing stays in the books. */
export const paidCheck = paymentCheck('paid', 150, async (context, desk, order) => {
  const before = await webhooksSeen(context);
  const answer = await desk.create(order);
  if (!answer.made) return failed(`Pakasir makes no invoice (${answer.reason})`, KEY);
  const { made } = answer;
  const isPaid = (await desk.status(made)) === 'completed';
  if (!isPaid) {
    if (!made.sandbox) {
      await desk.cancel(made);
      return leftOut(
        'live project: Pakasir takes no payment without money. Before opening, buy something yourself and pay for it',
      );
    }
    const paid = await desk.simulate(made);
    if (paid.status !== 200) {
      await desk.cancel(made);
      return leftOut(
        `Pakasir takes no simulated payment (${paid.reason}). Buy something yourself and pay for it on its page; the project is in sandbox mode`,
      );
    }
  }
  await questionGap(context);
  const played = await dryRunOrder(context, { play: 'paid', ...order, transactionId: made.transactionId });
  if (played && !played.ok) return failed(`an order that was paid: ${played.found}`, READ_LOG);
  // Else the store has asked.
  const status = played ? 'completed' : await desk.status(made);
  if (status !== 'completed') return failed(`a paid invoice is ${status ?? 'not known'}`, KEY);
  const paid = `${SANDBOX}: an invoice of Rp${AMOUNT} was paid by simulation, and Pakasir says so; ${played?.found ?? OLDER}`;
  if (!played) return warning(paid, UPGRADE);
  if (!isPaid) return webhookCame(context, before, paid);
  return warning(
    `${paid}; whether its webhook came was not seen: the control plane ended meanwhile`,
    'Rehearse again.',
  );
});

async function webhookCame(context: CheckContext, before: number | undefined, paid: string): Promise<Finding> {
  if (before === undefined) return warning(`${paid}; the store does not tell its webhooks`, 'Upgrade the store.');
  await context.progress('paid, waiting for the webhook');
  const until = performance.now() + WEBHOOK_WITHIN_MS;
  while (performance.now() < until) {
    if (((await webhooksSeen(context)) ?? 0) > before) return ok(`${paid}; its webhook reached the store`);
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
  return warning(
    `${paid}; no webhook reached the store, which so learns of payments by asking only`,
    `Enter the address of the store at Pakasir: <public address>/${context.spec.store}/webhooks/pakasir, and as PAKASIR_WEBHOOK_SECRET the secret that Pakasir shows there, or none.`,
  );
}

/** Webhooks of transactions that the store does not know, as it counts them itself. */
async function webhooksSeen({ spec, signal }: CheckContext): Promise<number | undefined> {
  const { text } = await askPort(
    spec.ports.telegram,
    '/metrics',
    AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  );
  if (!text.includes('lapak_payment_webhooks_total')) return undefined;
  return Number(/^lapak_payment_webhooks_total\{[^}]*result="unknown"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}
