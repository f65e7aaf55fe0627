import type { Db, Queryable } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { withStoreDatabase } from '../../../tenant-runtime/database/index.ts';
import {
  commentDatabase,
  type DatabaseGrant,
  type DatabaseRow,
  giveSchema,
  grantOn,
  ownDatabase,
  resetDatabase,
  revokeAll,
  selectDatabase,
  selectGrants,
  selectSchemaOwner,
  selectVisitors,
} from './sql.ts';

/** The cluster: a connection to the control database, and how to reach the others as the same role. */
export type Cluster = { db: Db; connectionString: string };

/** Names of a tenant's role and database, and the id that marks both as that tenant's. */
export type TenantDatabase = { tenantId: string; role: string; database: string };

/** Schemas that a store's runtime makes its tables in. It cannot make others. */
export const STORE_SCHEMAS = ['public', 'jobs'] as const;

export const markOf = (tenantId: string) => `lapak tenant ${tenantId}`;
const MARKED = /^lapak tenant /;

/**
 * Whether a database is a tenant's: its role owns it, as it was before, or the platform owns it and has marked it. A comment
 * on a database that a store's role owns was written by that store.
 */
export function isOf(known: DatabaseRow, { tenantId, role }: TenantDatabase): boolean {
  const mark = markOf(tenantId);
  if (MARKED.test(known.owner_mark ?? '')) return known.owner === role && known.owner_mark === mark;
  return known.comment === mark;
}

/** Works in another database of the cluster as the platform. Nothing there is read but the catalogue, and nothing of it runs. */
export function inDatabase<T>(
  { connectionString }: Cluster,
  database: string,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const url = new URL(connectionString);
  url.pathname = `/${database}`;
  return withStoreDatabase(url.href, { asker: 'cluster', statementTimeoutMillis: 30_000 }, work);
}

/** Makes a database the platform's and takes from it whatever its owner set or granted. May be repeated. */
export async function takeDatabase({ db }: Cluster, database: string, mark: string): Promise<void> {
  const known = await selectDatabase(db, database);
  if (!known) return;
  const [me] = await db.query<{ name: string }>('SELECT current_user AS name');
  await db.tx(async (tx) => {
    if (known.owner !== me?.name) await ownDatabase(tx, database);
    if (known.settings || known.is_template || known.connections !== -1) await resetDatabase(tx, database);
    if (known.comment !== mark || known.owner !== me?.name) await commentDatabase(tx, database, mark);
  });
}

/**
 * Takes from everybody whatever they were granted on a database, but what `allowed` says.
 * @throws AppError POSTGRES_UNAVAILABLE when somebody else can connect all the same
 */
export async function admitOnly(
  on: Queryable,
  database: string,
  allowed: { role: string; privileges: readonly ('CONNECT' | 'TEMPORARY' | 'CREATE')[] }[],
): Promise<void> {
  const wanted = new Set(allowed.flatMap(({ role, privileges }) => privileges.map((each) => `${role} ${each}`)));
  const nameOf = ({ grantee, privilege }: DatabaseGrant) => `${grantee} ${privilege}`;
  const found = await selectGrants(on, database);
  const surplus = new Set(found.filter((grant) => !wanted.has(nameOf(grant))).map(({ grantee }) => grantee));
  for (const grantee of surplus) await revokeAll(on, database, grantee);
  const left = new Set((await selectGrants(on, database)).map(nameOf));
  for (const { role, privileges } of allowed) {
    const missing = privileges.filter((each) => !left.has(`${role} ${each}`));
    if (missing.length > 0) await grantOn(on, database, role, missing);
  }
  const admitted = allowed.map(({ role }) => role);
  const others = await selectVisitors(on, database, admitted);
  if (others.length === 0) return;
  throw new AppError(
    'POSTGRES_UNAVAILABLE',
    `The database ${database} stays open to ${others.slice(0, 10).join(', ')}. Take CONNECT on it from them, or their membership in its roles, then retry.`,
  );
}

/** A store's role owns the schemas that its runtime works in, and nothing else of its database. May be repeated. */
export function giveSchemas(
  cluster: Cluster,
  { role, database }: TenantDatabase,
  schemas: readonly string[],
): Promise<void> {
  return inDatabase(cluster, database, async (db) => {
    for (const schema of schemas) {
      const owner = await selectSchemaOwner(db, schema);
      if (owner !== role) await giveSchema(db, schema, role, owner !== undefined);
    }
  });
}
