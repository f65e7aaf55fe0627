import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../../kernel/clock.ts';
import { withDeadline } from '../../../../kernel/deadline.ts';
import { AppError } from '../../../../kernel/errors.ts';
import type { RehearsalAnswer, RehearsalRequest } from '../../../../kernel/preflight.ts';
import { parseTenantConfig } from '../../../../tenant-runtime/config.ts';
import {
  type Answer,
  GATEWAYS,
  type Gateway,
  type Invoice,
  openGateway,
} from '../../../../tenant-runtime/gateway/index.ts';
import { createRuntimeClient } from '../../../fleet/runtime-client.ts';
import type { Check, CheckContext } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import {
  type Fact,
  type Finding,
  failed,
  leftOut,
  ok,
  type TestOrder,
  type WebhookSeen,
  warning,
} from '../findings.ts';

/** A call, and the turn that it waits for. */
const ANSWERED_WITHIN_MS = 30_000;
const WEBHOOK_WITHIN_MS = 30_000;
const POLL_MS = 1_000;

/** An order of ours, at the gateway alone, and how the gateway is asked about it. */
type GatewayTrial = {
  gateway: Gateway;
  order: { ref: string; amount: number; method: string };
  /** Waits for an answer no longer than the rehearsal goes on. @throws AppError DEADLINE_EXCEEDED without one */
  asked<T>(call: Promise<Answer<T>>): Promise<Exclude<Answer<T>, { kind: 'unreachable' }>>;
  /** `pending`, `completed` or `cancelled`; undefined for a transaction that the gateway does not know. */
  status(transactionId: string): Promise<string | undefined>;
  /** Lets the store, or us, ask about the same transaction again. */
  pause(): Promise<void>;
  /** Has the store play an order for the transaction; undefined when it does not know how. */
  dryRun(request: Pick<RehearsalRequest, 'play' | 'transactionId'>): Promise<RehearsalAnswer | undefined>;
};

/** The store's own gateway, with the store's own key. */
function openTrial(
  { tenants }: RehearsalDeps,
  { spec, endpoint, operation, signal }: CheckContext,
  what: 'paid' | 'unpaid',
): GatewayTrial {
  const { env } = parseTenantConfig({ ...spec.env, PAKASIR_API_BASE: tenants.platform.pakasirApiBase });
  const gateway = openGateway(GATEWAYS, env, { clock: systemClock, log: tenants.log, count: () => {} });
  const [{ id: method, min: amount }] = gateway.methods;

  async function asked<T>(call: Promise<Answer<T>>) {
    const answer = await withDeadline(ANSWERED_WITHIN_MS, gateway.label, () => call, signal);
    if (answer.kind !== 'unreachable') return answer;
    throw new AppError('DEADLINE_EXCEEDED', `${gateway.label} does not answer (${answer.reason}).`);
  }

  // Begins like no order of a customer: the store does not know it, and counts it nowhere.
  const ref = `rehearsal-${operation.id}-${operation.attempt}-${what}`;
  return {
    gateway,
    order: { ref, amount, method },
    asked,
    async status(transactionId) {
      const answer = await asked(gateway.status(transactionId));
      return answer.kind === 'ok' ? answer.value.status : undefined;
    },
    pause: () => sleep(gateway.statusIntervalMs + 100, undefined, { signal }),
    dryRun: (request) =>
      createRuntimeClient(endpoint.telegram, signal).dryRun({ ...request, ref, amount }, env.DATA_ENCRYPTION_KEY),
  };
}

/** One that was cancelled is not made a second time, and still has an id. */
const transactionOf = (made: Answer<Invoice>): string | undefined =>
  made.kind === 'ok' ? made.value.transactionId : made.kind === 'rejected' ? made.transactionId : undefined;

const NO_SIMULATION: Answer<void> = { kind: 'rejected', reason: 'it has none' };

const reasonOf = (answer: Answer<unknown>): string => ('reason' in answer ? answer.reason : 'it does not know it');

/** A check that plays an order of its own at the gateway. */
function paymentCheck(
  what: 'paid' | 'unpaid',
  timeoutSeconds: number,
  play: (trial: GatewayTrial, context: CheckContext) => Promise<Finding>,
): (deps: RehearsalDeps) => Check {
  return (deps) => ({
    name: `${what} payment`,
    timeoutSeconds,
    async run(context) {
      const isResumed = context.operation.steps.some(
        ({ name, state }) => name === `${what} payment` && state === 'running',
      );
      // Whoever was killed may have asked a moment ago.
      const trial = openTrial(deps, context, what);
      if (isResumed) await trial.pause();
      return play(trial, context);
    },
  });
}

const orderOf = (played: RehearsalAnswer | undefined): TestOrder =>
  played ? { kind: 'played', found: played.found } : { kind: 'not_supported' };

/** An invoice that nobody pays: asked for, expired in the eyes of the store, and given up. */
export const unpaidCheck = paymentCheck('unpaid', 150, async ({ gateway, order, asked, status, pause, dryRun }) => {
  const { label } = gateway;
  let played: TestOrder = { kind: 'played_before' };
  const made = await asked(gateway.create(order));
  const transactionId = transactionOf(made);
  if (!transactionId) return failed({ kind: 'no_invoice', gateway: label, reason: reasonOf(made) });
  let end = await status(transactionId);
  // A kill may have come after the cancellation: then there is nothing left to play.
  if (end !== 'cancelled') {
    if (end !== 'pending') return failed({ kind: 'invoice_state', of: 'new', state: end ?? null });
    await pause();
    const ended = await dryRun({ play: 'expired', transactionId });
    // The invoice stays: played again after a kill, this has to come out again.
    if (ended && !ended.ok) return failed({ kind: 'order_failed', of: 'expired', found: ended.found });
    played = orderOf(ended);
    const given = await asked(gateway.cancel(transactionId));
    if (given.kind !== 'ok') return failed({ kind: 'not_cancelled', gateway: label, reason: reasonOf(given) });
    await pause();
    end = await status(transactionId);
  }
  if (end !== 'cancelled') return failed({ kind: 'invoice_state', of: 'cancelled', state: end ?? null });
  const fact: Fact = { kind: 'invoice_ended', amount: order.amount, order: played };
  return played.kind === 'not_supported' ? warning(fact) : ok(fact);
});

/** An invoice that is paid without money: only projects in sandbox mode take that. Nothing stays in the books. */
export const paidCheck = paymentCheck(
  'paid',
  150,
  async ({ gateway, order, asked, status, pause, dryRun }, context) => {
    const { label } = gateway;
    const before = await webhooksSeen(context);
    const made = await asked(gateway.create(order));
    if (made.kind !== 'ok') return failed({ kind: 'no_invoice', gateway: label, reason: reasonOf(made) });
    const { transactionId, sandbox } = made.value;
    const isPaid = (await status(transactionId)) === 'completed';
    if (!isPaid) {
      if (!sandbox) {
        await asked(gateway.cancel(transactionId));
        return leftOut({ kind: 'live_project', gateway: label });
      }
      const paid = await asked(gateway.simulatePayment?.(transactionId) ?? Promise.resolve(NO_SIMULATION));
      if (paid.kind !== 'ok') {
        await asked(gateway.cancel(transactionId));
        return leftOut({ kind: 'no_simulation', gateway: label, reason: reasonOf(paid) });
      }
    }
    await pause();
    const played = await dryRun({ play: 'paid', transactionId });
    if (played && !played.ok) return failed({ kind: 'order_failed', of: 'paid', found: played.found });
    // Else the store has asked.
    const end = played ? 'completed' : await status(transactionId);
    if (end !== 'completed') return failed({ kind: 'invoice_state', of: 'paid', state: end ?? null });
    const webhook = await awaitWebhook(context, gateway, { before, isPaid, isPlayed: played !== undefined });
    const fact: Fact = { kind: 'invoice_paid', gateway: label, amount: order.amount, order: orderOf(played), webhook };
    return webhook.kind === 'arrived' ? ok(fact) : warning(fact);
  },
);

/** Waits for the webhook of an invoice that was paid just now. */
async function awaitWebhook(
  context: CheckContext,
  gateway: Gateway,
  { before, isPaid, isPlayed }: { before: number | undefined; isPaid: boolean; isPlayed: boolean },
): Promise<WebhookSeen> {
  if (!isPlayed) return { kind: 'not_awaited' };
  if (isPaid) return { kind: 'unseen' };
  if (before === undefined) return { kind: 'not_counted' };
  await context.progress('paid, waiting for the webhook');
  const until = performance.now() + WEBHOOK_WITHIN_MS;
  while (performance.now() < until) {
    if (((await webhooksSeen(context)) ?? 0) > before) return { kind: 'arrived' };
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
  const address = `<public address>/${context.spec.store}${gateway.webhook.path}`;
  return { kind: 'missing', gateway: gateway.label, address };
}

/** Webhooks of transactions that the store does not know, as it counts them itself. */
async function webhooksSeen({ endpoint, signal }: CheckContext): Promise<number | undefined> {
  const metrics = await createRuntimeClient(endpoint.telegram, signal).metrics();
  if (!metrics.ok) throw new AppError('DEADLINE_EXCEEDED', `The store was asked for its metrics: ${metrics.reason}.`);
  if (!metrics.text.includes('lapak_payment_webhooks_total')) return undefined;
  return Number(/^lapak_payment_webhooks_total\{[^}]*result="unknown"[^}]*\} (\d+)/m.exec(metrics.text)?.[1] ?? 0);
}
