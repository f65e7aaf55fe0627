import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';

const ANSWER_WITHIN_MS = 10_000;
const LONGEST_REASON = 200;
const Created = z.object({ txn_id: z.string().regex(/^[\w.:-]{1,128}$/), is_sandbox: z.unknown().optional() });
const Status = z.object({ status: z.string() });

export type Order = { ref: string; amount: number };
export type PakasirAnswer = { status: number; reason: string; body: unknown };
/** A transaction of ours there; `sandbox` when no money moves. */
export type Made = { transactionId: string; sandbox: boolean };

export type PakasirDesk = ReturnType<typeof createPakasirDesk>;

/** The store's Pakasir (API v2), asked with the store's own key, without any of the store's orders. */
export function createPakasirDesk(given: { base: string; project: string; apiKey: string; signal: AbortSignal }) {
  const base = given.base.replace(/\/+$/, '');
  const project = encodeURIComponent(given.project);

  async function exchange(path: string, body?: object): Promise<PakasirAnswer> {
    const signal = AbortSignal.any([given.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const init = body
      ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : { headers: {} };
    try {
      const headers = { ...init.headers, 'x-api-key': given.apiKey };
      const response = await fetch(`${base}/api${path}`, { ...init, headers, redirect: 'error', signal });
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

  return {
    /** The same order again finds the same transaction. */
    async create({ ref, amount }: Order): Promise<{ made: Made } | { made: undefined; reason: string }> {
      const answer = await exchange(`/v2/create-transaction/${project}/${encodeURIComponent(ref)}`, {
        method: 'qris',
        amount,
      });
      const created = answer.status === 200 ? Created.safeParse(answer.body).data : undefined;
      if (!created) return { made: undefined, reason: answer.reason };
      return { made: { transactionId: created.txn_id, sandbox: isSandbox(created.is_sandbox) } };
    },
    cancel: ({ transactionId }: Made) => exchange(`/v2/cancel-transaction/${project}/${transactionId}`, {}),
    /** What Pakasir's own page does to pay without money; it is not documented, and may not be there. */
    simulate: ({ transactionId }: Made) => exchange(`/transactions/${transactionId}/simulate`, {}),
    /** `pending`, `completed`, `canceled`; undefined for a transaction that it does not know. */
    async status({ transactionId }: Made): Promise<string | undefined> {
      const { status, body } = await exchange(`/v2/transaction-status/${project}/${transactionId}`);
      return status === 200 ? Status.safeParse(body).data?.status.trim().toLowerCase() : undefined;
    },
  };
}

/** As the store reads it: anything but a plain no is a sandbox. */
const isSandbox = (value: unknown): boolean =>
  !(value === undefined || value === null || ['false', '0', ''].includes(String(value).trim().toLowerCase()));

const wordsOf = (text: string): string => text.replace(/\s+/g, ' ').slice(0, LONGEST_REASON);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
