import { z } from 'zod';
import { hmacSha256Hex } from './crypto.ts';

/** What the control plane asks a store to play: the order of nobody, for a transaction that it made at the gateway. */
export const RehearsalRequest = z.strictObject({
  /** `paid`: the gateway has the money, `expired`: it waits for it in vain. */
  play: z.enum(['paid', 'expired']),
  /** Order id at the gateway; begins like none of a customer. */
  ref: z.string().regex(/^rehearsal-[\w-]{1,54}$/),
  /** The gateway's id of the transaction. */
  transactionId: z.string().min(1).max(128),
  /** Whole rupiah. */
  amount: z.int().min(1).max(1_000_000),
});
export type RehearsalRequest = z.infer<typeof RehearsalRequest>;

/** What came of it, in words for the operator. */
export const RehearsalAnswer = z.object({ ok: z.boolean(), found: z.string().max(2_000) });
export type RehearsalAnswer = z.infer<typeof RehearsalAnswer>;

export const REHEARSAL_PATH = '/rehearsal';
export const REHEARSAL_SIGNATURE = 'x-lapak-signature';

/** Signs a request with the key that only the store and the control plane have: whoever listens instead learns nothing. */
export const rehearsalSignature = (dataKey: string, { play, ref, transactionId, amount }: RehearsalRequest): string =>
  hmacSha256Hex(dataKey, `rehearsal:${play}:${ref}:${transactionId}:${amount}`);
