import { PakasirError } from './types.ts';

/** The limits that shops report: 2 creates a second, one status check of a transaction in 4 seconds. */
const CREATES_PER_SECOND = 2;
const CHECK_GAP_MILLIS = 4000;

export type PakasirRates = {
  setStrict(strict: boolean): void;
  /** `id` is the transaction, or the order that asks for one. @throws PakasirError 429 */
  spend(call: string, project: string, id: string): void;
};

export function createPakasirRates(millis: () => number = () => performance.now()): PakasirRates {
  let strict = false;
  const times = new Map<string, number[]>();

  const limit = (key: string, most: number, windowMillis: number) => {
    const recent = (times.get(key) ?? []).filter((at) => millis() - at < windowMillis);
    if (recent.length >= most) throw new PakasirError(429, 'Terlalu banyak permintaan, coba lagi sebentar');
    times.set(key, [...recent, millis()]);
  };

  return {
    setStrict(next) {
      strict = next;
      times.clear();
    },
    spend(call, project, id) {
      if (!strict) return;
      if (call === 'create') limit(`create ${project}`, CREATES_PER_SECOND, 1000);
      if (call === 'status') limit(`status ${project} ${id}`, 1, CHECK_GAP_MILLIS);
    },
  };
}
