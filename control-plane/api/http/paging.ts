import { refusedField } from './problems.ts';

type Position = { number: number; string: string };

/** Where the page before ended; null for the first page. @throws AppError BAD_REQUEST for a cursor that is not ours */
export function cursorOf<K extends keyof Position>(cursor: string | undefined, kind: K): Position[K] | null {
  if (cursor === undefined) return null;
  const position = decode(cursor);
  if (typeof position !== kind || (kind === 'number' && !Number.isSafeInteger(position))) {
    throw refusedField('/cursor', 'a cursor that an earlier answer gave');
  }
  return position as Position[K];
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** One page of `rows`, of which one more than `limit` was read to see whether there is a next. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  position: (row: T) => string | number,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(JSON.stringify(position(last))).toString('base64url') : null };
}
