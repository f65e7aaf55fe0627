export const STORE_TABS = [
  'overview',
  'configuration',
  'logs',
  'operations',
  'health',
  'backups',
  'incidents',
  'audit',
] as const;
export type StoreTab = (typeof STORE_TABS)[number];

/** The overview is what an address without a tab shows. */
export type StoreSearch = { tab?: StoreTab };

export function storeSearch(search: Record<string, unknown>): StoreSearch {
  const tab = STORE_TABS.find((known) => known === search.tab);
  return tab ? { tab } : {};
}
