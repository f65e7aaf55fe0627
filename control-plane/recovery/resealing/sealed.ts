import { open, type SealingKey } from '../../../kernel/crypto.ts';
import { AppError } from '../../../kernel/errors.ts';

/** Where a sealed value lies. */
export type Spot =
  | { kind: 'secret'; tenantId: string; name: string }
  /** What an operation that is under way would put back. */
  | { kind: 'snapshot'; operationId: string; name: string }
  | { kind: 'password'; backupId: string }
  | { kind: 'answer'; apiKeyId: string; key: string };

/** A sealed value, and what it is bound to. */
export type Sealed = { spot: Spot; place: string; sealed: string };

/** `current` opens with the key that seals, `older` with one that follows it, `closed` with none that is here. */
export type Read<S extends Sealed = Sealed> = S &
  ({ state: 'current' | 'older'; text: string } | { state: 'closed'; text?: undefined });

/** What is to become of a value: sealed anew as `to`, or gone with null. `closed`: what it was can no longer be known. */
export type Change = { sealed: Sealed; to: string | null; closed: boolean };

/** Opens a sealed value with the first of `keys`, or with one of the others. Pure. */
export function read<S extends Sealed>(value: S, keys: readonly SealingKey[]): Read<S> {
  const [current, ...older] = keys;
  const text = current && opened(value, [current]);
  if (text !== undefined) return { ...value, state: 'current', text };
  const former = opened(value, older);
  return former === undefined ? { ...value, state: 'closed' } : { ...value, state: 'older', text: former };
}

function opened({ sealed, place }: Sealed, keys: readonly SealingKey[]): string | undefined {
  try {
    return open(sealed, keys, place);
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') return undefined;
    throw error;
  }
}

/** The id of the key that sealed it, as the value says. */
export const keyIdOf = ({ sealed }: Sealed): string => sealed.split('.')[1] ?? '';

/** What opens with an older key is sealed with the current one. */
export function rotated(values: readonly Read[]): Change[] {
  return values.flatMap((value) => (value.state === 'older' ? [{ sealed: value, to: value.text, closed: false }] : []));
}
