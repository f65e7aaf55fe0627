import type { Queryable } from '../../../kernel/db.ts';
import type { RENT_FACETS, TENANT_SORTS, TenantFacets, TenantRuntime, TenantState } from '../../api/contract/index.ts';
import { TENANT_COLUMNS, type TenantRow } from './sql.ts';

export type TenantFilter = {
  state?: TenantState[] | undefined;
  image?: string | undefined;
  rent?: (typeof RENT_FACETS)[number][] | undefined;
  runtime?: TenantRuntime[] | undefined;
  shard?: string | undefined;
  stores?: string[] | undefined;
  /** A part of slug, name or bot. */
  q?: string | undefined;
};

/** Where a page ended: the store, and what the list is sorted by as text; null for no time. */
export type TenantPosition = { key: string | null; store: string };

export type TenantOrder = { sort: (typeof TENANT_SORTS)[number]; order: 'asc' | 'desc' };

/** `$1` is the time of asking. */
const RENT = `CASE WHEN t.paid_until IS NULL THEN 'none' WHEN t.paid_until <= $1 THEN 'overdue'
  WHEN t.paid_until <= $1 + interval '7 days' THEN 'due' ELSE 'paid' END`;

const IN_STATE = '($2::text[] IS NULL OR t.state = ANY($2))';
const OF_IMAGE = '($3::text IS NULL OR t.image = $3)';
const IN_RENT = `($4::text[] IS NULL OR ${RENT} = ANY($4))`;
const IN_RUNTIME = '($7::text[] IS NULL OR t.runtime = ANY($7))';
const IN_SHARD = '($8::text IS NULL OR t.shard = $8)';
const NAMED = `($5::text[] IS NULL OR t.store = ANY($5))
  AND ($6::text IS NULL OR position(lower($6) IN t.store || E'\\n' || lower(t.store_name) || E'\\n@' || lower(t.bot_username)) > 0)`;

const valuesOf = (filter: TenantFilter, now: Date) => [
  now,
  filter.state ?? null,
  filter.image ?? null,
  filter.rent ?? null,
  filter.stores ?? null,
  filter.q ?? null,
  filter.runtime ?? null,
  filter.shard ?? null,
];

/** What a list is sorted by before the slug. A time that is not there comes last in either direction. */
const KEYS = {
  store: null,
  storeName: { of: 'lower(t.store_name)', type: 'text' },
  state: { of: 't.state', type: 'text' },
  image: { of: 't.image', type: 'text' },
  paidUntil: { of: 't.paid_until', type: 'timestamptz' },
  createdAt: { of: 't.created_at', type: 'timestamptz' },
  updatedAt: { of: 't.updated_at', type: 'timestamptz' },
} as const satisfies Record<TenantOrder['sort'], { of: string; type: 'text' | 'timestamptz' } | null>;

/** Whether a list of this sort has times as keys. */
export const isSortedByTime = (sort: TenantOrder['sort']): boolean => KEYS[sort]?.type === 'timestamptz';

/** Text of one page's statement. A page behind another is a statement of its own, so that its plan begins where that ended. */
function pageText({ sort, order }: TenantOrder, behind: boolean): string {
  const key = KEYS[sort];
  const last = order === 'asc' ? "'infinity'" : "'-infinity'";
  const orLast = (text: string) => (key?.type === 'timestamptz' ? `coalesce(${text}, ${last})` : text);
  const by = key ? `${orLast(key.of)} ${order}, ` : '';
  const than = order === 'asc' ? '>' : '<';
  const position = key
    ? `(${orLast(key.of)}, t.store) ${than} (${orLast(`$10::${key.type}`)}, $11)`
    : `t.store ${than} $10`;
  const shown =
    key?.type === 'timestamptz' ? `to_char(${key.of} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : key?.of;
  return `
    WITH page AS MATERIALIZED (
      SELECT t.id, ${shown ?? 'NULL::text'} AS key FROM tenants t
       WHERE ${IN_STATE} AND ${OF_IMAGE} AND ${IN_RENT} AND ${IN_RUNTIME} AND ${IN_SHARD} AND ${NAMED}
         ${behind ? `AND ${position}` : ''}
       ORDER BY ${by}t.store ${order} LIMIT $9)
    SELECT page.key, ${TENANT_COLUMNS} FROM page JOIN tenants t ON t.id = page.id ORDER BY ${by}t.store ${order}`;
}

/** One page of the stores that match, and what each is sorted by. */
export async function selectPage(
  on: Queryable,
  ask: { filter: TenantFilter; by: TenantOrder; after: TenantPosition | null; limit: number; now: Date },
): Promise<(TenantRow & { key: string | null })[]> {
  const { by, after } = ask;
  const position = !after ? [] : KEYS[by.sort] ? [after.key, after.store] : [after.store];
  return on.query(pageText(by, after !== null), [...valuesOf(ask.filter, ask.now), ask.limit, ...position]);
}

type FacetRow = { facet: 'total' | Exclude<keyof TenantFacets, 'total'>; value: string | null; count: number };

/** How many match, and by each field how many would with the other fields as they are. */
export async function selectFacets(on: Queryable, filter: TenantFilter, now: Date): Promise<TenantFacets> {
  const rows = await on.query<FacetRow>(
    `WITH named AS MATERIALIZED (
       SELECT t.state, t.image, t.runtime, t.shard, ${RENT} AS rent, ${IN_STATE} AS in_state, ${OF_IMAGE} AS of_image,
              ${IN_RENT} AS in_rent, ${IN_RUNTIME} AS in_runtime, ${IN_SHARD} AS in_shard
         FROM tenants t WHERE ${NAMED}),
     placed AS (SELECT * FROM named WHERE in_runtime AND in_shard)
     SELECT 'total' AS facet, NULL AS value, count(*)::int AS count FROM placed WHERE in_state AND of_image AND in_rent
     UNION ALL SELECT 'state', state, count(*)::int FROM placed WHERE of_image AND in_rent GROUP BY state
     UNION ALL SELECT 'rent', rent, count(*)::int FROM placed WHERE in_state AND of_image GROUP BY rent
     UNION ALL (SELECT 'image', image, count(*)::int FROM placed WHERE in_state AND in_rent
                 GROUP BY image ORDER BY count(*) DESC, image LIMIT 50)
     UNION ALL SELECT 'runtime', runtime, count(*)::int FROM named
                WHERE in_state AND of_image AND in_rent AND in_shard GROUP BY runtime
     UNION ALL (SELECT 'shard', shard, count(*)::int FROM named
                 WHERE in_state AND of_image AND in_rent AND in_runtime AND shard IS NOT NULL
                 GROUP BY shard ORDER BY count(*) DESC, length(shard), shard LIMIT 50)`,
    valuesOf(filter, now),
  );
  const counts = <T extends string>(facet: FacetRow['facet']) =>
    rows.filter((row) => row.facet === facet).map(({ value, count }) => ({ value: value as T, count }));
  return {
    total: rows.find(({ facet }) => facet === 'total')?.count ?? 0,
    state: counts<TenantState>('state'),
    image: counts('image'),
    rent: counts<(typeof RENT_FACETS)[number]>('rent'),
    runtime: counts<TenantRuntime>('runtime'),
    shard: counts('shard'),
  };
}
