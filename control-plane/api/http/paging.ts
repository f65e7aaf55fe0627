import type { z } from 'zod';
import { refusedField } from './problems.ts';

type Position = { number: number; string: string };

/** Where the page before ended; null for the first page. @throws AppError BAD_REQUEST for a cursor that is not ours */
export function cursorOf<K extends keyof Position>(cursor: string | undefined, kind: K): Position[K] | null {
  if (cursor === undefined) return null;
  const position = decode(cursor);
  if (typeof position !== kind || (kind === 'number' && !Number.isSafeInteger(position))) throw notOurs();
  return position as Position[K];
}

/** The same for a position of several parts. Whoever asks may have written it: the schema says all that it may be. */
export function positionOf<T>(cursor: string | undefined, schema: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  const { success, data } = schema.safeParse(decode(cursor));
  if (!success) throw notOurs();
  return data;
}

const notOurs = () => refusedField('/cursor', 'a cursor that an earlier answer gave');

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
  position: (row: T) => string | number | readonly (string | number | null)[],
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(JSON.stringify(position(last))).toString('base64url') : null };
}
