import type { TenantFacets, TenantPage } from '../../../../control-plane/api/contract/index.ts';
import type { Request } from '../../api/routes.ts';

type Tenant = (typeof TenantPage)['_output']['tenants'][number];
type Facet = 'state' | 'rent' | 'runtime';
type ListQuery = NonNullable<Request<'GET', '/v1/tenants'>['query']>;
export type Sort = NonNullable<ListQuery['sort']>;
export type StoreRow = Tenant;

/** Values that a facet has; the contract's own. */
export const FACETS = {
  state: ['running', 'degraded', 'failed', 'suspended', 'stopped', 'provisioning', 'removing'],
  rent: ['paid', 'due', 'overdue', 'none'],
  runtime: ['dedicated', 'pooled'],
} as const satisfies { [F in Facet]: readonly TenantFacets[F][number]['value'][] };

const SORTS: readonly string[] = [
  'store',
  'storeName',
  'state',
  'image',
  'paidUntil',
  'createdAt',
  'updatedAt',
] satisfies Sort[];
const isSort = (value: unknown): value is Sort => typeof value === 'string' && SORTS.includes(value);

/** What the address says of the fleet's table: values of a facet are separated by commas. */
export type FleetSearch = {
  q?: string;
  state?: string;
  image?: string;
  rent?: string;
  runtime?: string;
  shard?: string;
  sort?: Sort;
  order?: 'desc';
};

/** Which stores, without their order. */
export const filterOf = ({ sort, order, ...filter }: FleetSearch): Omit<FleetSearch, 'sort' | 'order'> => filter;

/** Whether some stores may be left out. */
export const isFiltered = (search: FleetSearch): boolean =>
  Object.values(filterOf(search)).some((value) => value !== undefined);

/** Longer than the API takes it is not asked for. */
const text = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, most) || undefined : undefined;

function known(value: unknown, facet: Facet): string | undefined {
  const values: readonly string[] = FACETS[facet];
  const parts = String(value ?? '').split(',');
  return values.filter((one) => parts.includes(one)).join(',') || undefined;
}

/** Whatever stands in an address, only what the API takes is asked for. */
export function fleetSearch(search: Record<string, unknown>): FleetSearch {
  return {
    q: text(search.q, 64),
    state: known(search.state, 'state'),
    image: text(search.image, 255),
    rent: known(search.rent, 'rent'),
    runtime: known(search.runtime, 'runtime'),
    shard: text(search.shard, 32),
    sort: isSort(search.sort) ? search.sort : undefined,
    order: search.order === 'desc' ? 'desc' : undefined,
  };
}

/** Adds a value to a facet of the address, or takes it away. */
export function toggled(search: FleetSearch, facet: Facet, value: string): FleetSearch {
  const before = search[facet]?.split(',') ?? [];
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  return { ...search, [facet]: after.join(',') || undefined };
}
