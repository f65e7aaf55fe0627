import type { Transformer } from 'grammy';
import type { Lease } from './lease.ts';

/** As Telegram asks to wait: the call was not made, and may be made later. */
const NOT_HELD = {
  ok: false,
  error_code: 429,
  description: 'the store is not held by this runtime',
  parameters: { retry_after: 5 },
} as const;

/**
 * Makes calls only while the lease is held. A poll is broken off at the first doubt: what it would bring comes again. Other
 * calls are broken off when the lease expires, since nobody knows afterwards what became of them. Telegram answers 409 to the
 * older of two polls: the store may have another runtime by now.
 */
export function whileHeld(lease: Pick<Lease, 'isHeld' | 'confirm' | 'signals' | 'doubt'>): Transformer {
  return async (call, method, payload, signal) => {
    if (!lease.isHeld() && !(await lease.confirm())) return NOT_HELD;
    const { doubted, expired } = lease.signals();
    const ending = method === 'getUpdates' ? doubted : expired;
    const given: unknown = signal;
    const both = given instanceof AbortSignal ? AbortSignal.any([given, ending]) : ending;
    const answer = await call(method, payload, both as never);
    if (!answer.ok && answer.error_code === 409) lease.doubt();
    return answer;
  };
}
