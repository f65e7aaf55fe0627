import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Answer, Gateway, GatewayTransaction, TransactionStatus } from './gateway.ts';
import { createCoalescer, createPacer } from './pacer.ts';

const TIMEOUT_MS = 10_000;
/** Pakasir takes about two creates a second, and one status question per transaction in four seconds. */
const CREATE_GAP_MS = 500;
const STATUS_GAP_MS = 4000;

const Created = z.object({
  payment: z.object({
    project: z.string(),
    order_id: z.string(),
    amount: z.int(),
    fee: z.int(),
    total_payment: z.int(),
    payment_method: z.string(),
    payment_number: z.string().min(1),
    expired_at: z.string(),
  }),
});

const Detail = z.object({
  transaction: z.object({
    amount: z.int(),
    order_id: z.string(),
    project: z.string(),
    status: z.string(),
    payment_method: z.string().default('qris'),
    completed_at: z.string().nullish(),
  }),
});

export type PakasirOptions = {
  apiBase: string;
  publicDomain: string;
  project: string;
  apiKey: string;
  clock: Clock;
  log: Log;
  count(call: string, result: Answer<unknown>['kind']): void;
};

/** The Pakasir gateway (public documentation as of 2 May 2026). Amounts are whole rupiah, without the fee. */
export function createPakasir(options: PakasirOptions): Gateway {
  const { project, apiKey, clock } = options;
  const base = options.apiBase.replace(/\/+$/, '');
  const pace = createPacer(CREATE_GAP_MS, clock);
  const coalesce = createCoalescer<Answer<GatewayTransaction>>(STATUS_GAP_MS, clock);

  async function call<T>(
    name: string,
    request: () => Promise<Response>,
    read: (body: unknown) => T,
  ): Promise<Answer<T>> {
    const answer = await exchange(request, read);
    options.count(name, answer.kind);
    if (answer.kind !== 'ok') options.log.warn({ call: name, answer }, 'payment gateway did not do as asked');
    return answer;
  }

  const post = (path: string, ref: string, amount: number) => () =>
    fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ project, order_id: ref, amount, api_key: apiKey }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });

  return {
    name: 'pakasir',
    project,
    async create(ref, amount) {
      await pace();
      return call('create', post('/api/transactioncreate/qris', ref, amount), (body) => {
        const { payment } = Created.parse(body);
        if (payment.order_id !== ref || payment.amount !== amount)
          throw new TypeError('the answer is for another order');
        return {
          amount: payment.amount,
          fee: payment.fee,
          totalPayment: payment.total_payment,
          method: payment.payment_method,
          paymentNumber: payment.payment_number,
          expiresAt: parseTime(payment.expired_at),
        };
      });
    },
    status: (ref, amount) =>
      coalesce(`${ref}:${amount}`, () => {
        const query = new URLSearchParams({ project, amount: String(amount), order_id: ref, api_key: apiKey });
        const ask = () => fetch(`${base}/api/transactiondetail?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        return call('status', ask, (body) => {
          const { transaction } = Detail.parse(body);
          return {
            ref: transaction.order_id,
            project: transaction.project,
            amount: transaction.amount,
            status: statusOf(transaction.status),
            method: transaction.payment_method,
            completedAt: transaction.completed_at ? parseTime(transaction.completed_at) : undefined,
          };
        });
      }),
    cancel: (ref, amount) => call('cancel', post('/api/transactioncancel', ref, amount), () => undefined),
    checkoutUrl: (ref, amount) =>
      `${options.publicDomain.replace(/\/+$/, '')}/pay/${encodeURIComponent(project)}/${amount}?${new URLSearchParams({ order_id: ref, qris_only: '1' })}`,
  };
}

async function exchange<T>(request: () => Promise<Response>, read: (body: unknown) => T): Promise<Answer<T>> {
  let response: Response;
  let text: string;
  try {
    response = await request();
    text = await response.text();
  } catch (error) {
    const timedOut = (error as Error).name === 'TimeoutError';
    return { kind: 'unreachable', reason: timedOut ? 'no answer in time' : 'no connection' };
  }
  if (response.status === 404) return { kind: 'not_found' };
  if (response.status === 429 || response.status >= 500)
    return { kind: 'unreachable', reason: `HTTP ${response.status}` };
  if (!response.ok) return { kind: 'rejected', reason: `HTTP ${response.status}` };
  try {
    return { kind: 'ok', value: read(JSON.parse(text)) };
  } catch {
    return { kind: 'unreachable', reason: 'an answer that is not as documented' };
  }
}

function statusOf(status: string): TransactionStatus {
  if (status === 'completed') return 'completed';
  return status === 'canceled' || status === 'cancelled' ? 'cancelled' : 'pending';
}

/** RFC 3339 with nanoseconds, of which JavaScript keeps milliseconds. */
function parseTime(text: string): Date {
  const time = new Date(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(time.getTime())) throw new TypeError('not a time');
  return time;
}
