/** Least to most; apart from the schemas, whose library a page that only names them need not load. */
export const KEY_SCOPES = ['viewer', 'operator', 'admin'] as const;

/** What a key of each scope may do, in words; each may do what those before it may. */
export const SCOPE_MEANING: Readonly<Record<(typeof KEY_SCOPES)[number], string>> = {
  viewer: 'reads stores and their settings (never a secret), operations, health and backups; changes nothing',
  operator: 'opens, changes, backs up, restores and removes stores (kept aside), reads their logs and incidents',
  admin: 'makes and revokes keys, reads the audit log, purges stores, backs up the control plane',
};
