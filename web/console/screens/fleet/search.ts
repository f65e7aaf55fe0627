/** What the address says of the fleet's table: values of facets are separated by commas. */
export type FleetSearch = { q?: string; state?: string; image?: string; rent?: string; sort?: string; order?: 'desc' };

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

export function fleetSearch(search: Record<string, unknown>): FleetSearch {
  return {
    q: text(search.q),
    state: text(search.state),
    image: text(search.image),
    rent: text(search.rent),
    sort: text(search.sort),
    order: search.order === 'desc' ? 'desc' : undefined,
  };
}
