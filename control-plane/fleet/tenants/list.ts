import { z } from 'zod';
import type { Queryable } from '../../../kernel/db.ts';
import { StoreSlug, TENANT_SORTS } from '../../api/contract/index.ts';
import { pageOf, positionOf, refusedField } from '../../api/http/index.ts';
import { isSortedByTime, selectPage, type TenantFilter, type TenantOrder, type TenantPosition } from './list-sql.ts';
import type { TenantRow } from './sql.ts';

export type TenantListQuery = TenantFilter & TenantOrder & { limit: number; cursor?: string | undefined };

const ORDERS = ['asc', 'desc'] as const;
const Key = z
  .string()
  .max(255)
  .refine((text) => !text.includes('\u0000') && text.isWellFormed());
/** As Postgres reads it too: it has no year 0. */
const Moment = z.iso.datetime({ precision: 6 }).regex(/^[1-9]/);
/** Sort and order by their numbers, the key, the slug: an image of 255 characters leaves room for no more. */
const Position = z.tuple([
  z
    .int()
    .min(0)
    .max(TENANT_SORTS.length - 1),
  z.int().min(0).max(1),
  Key.nullable(),
  StoreSlug,
]);

/** One page of the stores that match, in the order asked for. @throws AppError BAD_REQUEST for a cursor of another order */
export async function listTenants(
  on: Queryable,
  query: TenantListQuery,
  now: Date,
): Promise<{ rows: TenantRow[]; nextCursor: string | null }> {
  const { sort, order, limit, cursor, ...filter } = query;
  const after = positionIn({ sort, order }, cursor);
  const found = await selectPage(on, { filter, by: { sort, order }, after, limit: limit + 1, now });
  const number = [TENANT_SORTS.indexOf(sort), ORDERS.indexOf(order)] as const;
  const { items, nextCursor } = pageOf(found, limit, (row) => [...number, row.key, row.store]);
  return { rows: items, nextCursor };
}

function positionIn({ sort, order }: TenantOrder, cursor: string | undefined): TenantPosition | null {
  const position = positionOf(cursor, Position);
  if (!position) return null;
  const [ofSort, ofOrder, key, store] = position;
  if (TENANT_SORTS[ofSort] !== sort || ORDERS[ofOrder] !== order) {
    const its = `sort=${TENANT_SORTS[ofSort]}&order=${ORDERS[ofOrder]}`;
    throw refusedField('/cursor', `a cursor of the same sort and order; this one is of ${its}`);
  }
  const isFitting = isSortedByTime(sort)
    ? key === null || Moment.safeParse(key).success
    : (key === null) === (sort === 'store');
  if (!isFitting) throw refusedField('/cursor', 'a cursor that an earlier answer gave');
  return { key, store };
}
