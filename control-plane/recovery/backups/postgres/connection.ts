/** A store's own database, as its own role: what a store put into it runs with the store's rights only. */
export type DumpTarget = { clusterUrl: string; database: string; role: string; password: string };

export function connectionStringOf({ clusterUrl, database, role, password }: DumpTarget): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${database}`;
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.toString();
}

/** What libpq and our driver call alike in the query of a connection string. */
const LIBPQ = {
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  host: 'PGHOST',
  port: 'PGPORT',
};

/** The same as the environment of pg_dump, so that nothing of it is in argv. */
export function environmentOf({ clusterUrl, database, role, password }: DumpTarget): Record<string, string> {
  const url = new URL(clusterUrl);
  const mode = url.searchParams.get('sslmode');
  const given = Object.entries(LIBPQ).flatMap(([key, name]) => {
    const value = url.searchParams.get(key);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    PGHOST: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost',
    PGPORT: url.port || '5432',
    PGUSER: role,
    PGDATABASE: database,
    PGPASSWORD: password,
    PGPASSFILE: '/dev/null',
    PGAPPNAME: 'lapak-backup',
    PGCONNECT_TIMEOUT: '15',
    // A word of our driver for what libpq calls `require`.
    ...(mode ? { PGSSLMODE: mode === 'no-verify' ? 'require' : mode } : {}),
    ...Object.fromEntries(given),
  };
}
