import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';

const ANSWER_WITHIN_MS = 10_000;
const LONGEST_REASON = 200;
const Detail = z.object({ transaction: z.object({ status: z.string() }) });

export type Order = { ref: string; amount: number };
export type PakasirAnswer = { status: number; reason: string; body: unknown };

export type PakasirDesk = ReturnType<typeof createPakasirDesk>;

/** The store's Pakasir, asked with the store's own key, without any of the store's orders. */
export function createPakasirDesk(given: { base: string; project: string; apiKey: string; signal: AbortSignal }) {
  const base = given.base.replace(/\/+$/, '');

  async function exchange(path: string, init: RequestInit = {}): Promise<PakasirAnswer> {
    const signal = AbortSignal.any([given.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      const response = await fetch(`${base}${path}`, { ...init, redirect: 'error', signal });
      const text = await response.text();
      return { status: response.status, reason: `status ${response.status}: ${wordsOf(text)}`, body: parsed(text) };
    } catch (error) {
      given.signal.throwIfAborted();
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      throw new AppError(
        'DEADLINE_EXCEEDED',
        `Pakasir at ${new URL(base).host} does not answer (${code ?? 'no answer in time'}).`,
      );
    }
  }

  const post = (path: string, { ref, amount }: Order) =>
    exchange(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ project: given.project, order_id: ref, amount, api_key: given.apiKey }),
    });

  return {
    create: (order: Order) => post('/api/transactioncreate/qris', order),
    cancel: (order: Order) => post('/api/transactioncancel', order),
    simulate: (order: Order) => post('/api/paymentsimulation', order),
    /** `pending`, `completed`, `canceled`; undefined for a transaction that it does not know. */
    async status({ ref, amount }: Order): Promise<string | undefined> {
      const query = { project: given.project, amount: String(amount), order_id: ref, api_key: given.apiKey };
      const { status, body } = await exchange(`/api/transactiondetail?${new URLSearchParams(query)}`);
      return status === 200 ? Detail.safeParse(body).data?.transaction.status : undefined;
    },
  };
}

const wordsOf = (text: string): string => text.replace(/\s+/g, ' ').slice(0, LONGEST_REASON);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
