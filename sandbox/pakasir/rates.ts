import { PakasirError } from './types.ts';

/** The limits that shops report: about 2 creates a second, one status check of a transaction in 4 seconds. */
const CREATES_PER_SECOND = 2;
const CHECK_GAP_MILLIS = 4000;

export type PakasirRates = {
  setStrict(strict: boolean): void;
  /** @throws PakasirError 429 */
  spend(method: string, project: string, orderId: string): void;
};

export function createPakasirRates(millis: () => number = () => performance.now()): PakasirRates {
  let strict = false;
  const times = new Map<string, number[]>();

  const limit = (key: string, most: number, windowMillis: number) => {
    const recent = (times.get(key) ?? []).filter((at) => millis() - at < windowMillis);
    if (recent.length >= most) throw new PakasirError(429, 'Too many requests');
    times.set(key, [...recent, millis()]);
  };

  return {
    setStrict(next) {
      strict = next;
      times.clear();
    },
    spend(method, project, orderId) {
      if (!strict) return;
      if (method === 'transactioncreate') limit(`create ${project}`, CREATES_PER_SECOND, 1000);
      if (method === 'transactiondetail') limit(`detail ${project} ${orderId}`, 1, CHECK_GAP_MILLIS);
    },
  };
}
