import { randomInt } from 'node:crypto';
import { AppError } from '../../../kernel/errors.ts';
import { TENANT_ENV } from '../../../tenant-runtime/config.ts';
import type { StartRolloutRequest } from '../../api/contract/index.ts';
import { refusedField } from '../../api/http/index.ts';
import { partEnvironment } from '../tenants/index.ts';
import { machineOf, shuffled, waveSizes } from './plan.ts';
import type { Change } from './sql.ts';
import type { Candidate, NewStore } from './stores-sql.ts';

/** @throws AppError BAD_REQUEST for what no store could be given */
export function assertSensible({ change, waves }: StartRolloutRequest): void {
  if (waves.some((percent, at) => at > 0 && percent < (waves[at - 1] ?? 0))) {
    throw refusedField('/waves', 'numbers of which none is smaller than the one before');
  }
  if (change.kind === 'configuration') assertSettings(change);
}

function assertSettings({ env = {}, limits = {} }: Extract<Change, { kind: 'configuration' }>): void {
  if (Object.keys(env).length + Object.keys(limits).length === 0) {
    throw refusedField('/change', 'settings in env, or limits');
  }
  const [secret] = Object.keys(partEnvironment(env, '/change/env').secret);
  if (secret !== undefined) {
    throw refusedField(`/change/env/${secret}`, 'is a secret, which each store has of its own: set it store by store');
  }
  const shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> = TENANT_ENV.shape;
  for (const [key, value] of Object.entries(env)) {
    if (value !== null && shape[key]?.safeParse(value).success === false) {
      throw refusedField(`/change/env/${key}`, 'a value that bot.env takes');
    }
  }
}

/** @throws AppError TENANT_NOT_FOUND naming what is missing */
export function assertFound({ target }: StartRolloutRequest, found: readonly Candidate[]): void {
  if ('all' in target) {
    if (found.length === 0) throw new AppError('TENANT_NOT_FOUND', 'No open store matches.');
    return;
  }
  const known = new Set(found.map(({ store }) => store));
  const missing = [...new Set(target.stores)].filter((store) => !known.has(store));
  if (missing.length === 0) return;
  const more = missing.length > MOST_NAMED ? `, and ${missing.length - MOST_NAMED} more` : '';
  throw new AppError('TENANT_NOT_FOUND', `There is no store named ${missing.slice(0, MOST_NAMED).join(', ')}${more}.`);
}

const MOST_NAMED = 5;

/**
 * The stores in the order in which they come, shuffled, and the number of their waves. Running ones come first into the canary:
 * a store that stands still proves nothing. What was never opened, or is being removed, is left out with a reason.
 */
export function layOut(
  found: readonly Candidate[],
  { canary, waves }: Pick<StartRolloutRequest, 'canary' | 'waves'>,
): { rows: NewStore[]; waveCount: number; canary: number } {
  const opened = shuffled(
    found.filter((each) => each.opened),
    (end) => randomInt(end),
  );
  const proving = opened.filter(({ running }) => running).slice(0, canary);
  const rest = opened.filter((each) => !proving.includes(each));
  const sizes = waveSizes(opened.length, canary, waves);
  const waveOf = sizes.flatMap((size, wave) => Array<number>(size).fill(wave));
  const last = Math.max(0, sizes.length - 1);
  const row = ({ id, store, driver }: Candidate, wave: number, detail: string | null): NewStore => ({
    tenant_id: id,
    store,
    machine: machineOf({ driver }),
    wave,
    detail,
  });
  const unfit = found.filter((each) => !each.opened);
  return {
    rows: [
      ...[...proving, ...rest].map((each, at) => row(each, waveOf[at] ?? last, null)),
      ...unfit.map((each) => row(each, last, 'it was never opened, or is being removed')),
    ],
    waveCount: last + 1,
    canary: Math.min(canary, opened.length),
  };
}
