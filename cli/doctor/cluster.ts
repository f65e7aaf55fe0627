import { broken, type Check, type Finding, ok, warning } from './check.ts';
import { withCluster } from './probes.ts';

export type ClusterFound = {
  encoding: string;
  date_style: string;
  strings: string;
  connections_left: number;
  connections_most: number;
  read_only: boolean;
  now: Date;
  /** When it was asked, by the clock of this machine. */
  askedAt: number;
};

/** What the server itself holds open, beside the stores. */
const OWN_CONNECTIONS = 30;
/** What a store holds open while it works. */
const OF_A_STORE = 9;

/** Undefined when DATABASE_URL names no cluster, or it does not let us in: the check of Postgres says which. */
export async function inspectCluster(databaseUrl: string | undefined): Promise<ClusterFound | undefined> {
  if (!databaseUrl || !URL.canParse(databaseUrl)) return undefined;
  try {
    const [found] = await withCluster(databaseUrl, (db) =>
      db.query<Omit<ClusterFound, 'askedAt'>>(
        `SELECT (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template1') AS encoding,
              (SELECT reset_val FROM pg_settings WHERE name = 'DateStyle') AS date_style,
              (SELECT reset_val FROM pg_settings WHERE name = 'standard_conforming_strings') AS strings,
              current_setting('max_connections')::int AS connections_most,
              current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections_left,
              pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool AS read_only,
              clock_timestamp() AS now`,
      ),
    );
    return found && { ...found, askedAt: Date.now() };
  } catch {
    return undefined;
  }
}

/** Whether the cluster is set up so that stores can live in it. */
export function clusterCheck(found: Promise<ClusterFound | undefined>): Check {
  return {
    name: 'Cluster',
    async run() {
      const cluster = await found;
      return cluster ? judge(cluster) : ok('not looked at: embedded, or it does not let us in');
    },
  };
}

function judge(cluster: ClusterFound): Finding {
  const { encoding, date_style: dateStyle, strings, connections_left: left, connections_most: most } = cluster;
  if (cluster.read_only) {
    return broken('it takes no changes: it is a standby, or read-only', 'Name the primary server in DATABASE_URL.');
  }
  if (encoding !== 'UTF8') {
    return broken(
      `new databases are in ${encoding}`,
      'Make the cluster anew in UTF-8 (initdb --encoding=UTF8), or template1 in it: texts of customers need it.',
    );
  }
  const detail = `UTF8, ${left} of ${most} connections are free`;
  if (left < OF_A_STORE) {
    return broken(detail, 'Raise max_connections of the cluster and restart it: not even one more store can work.');
  }
  if (left < OWN_CONNECTIONS + OF_A_STORE) {
    return warning(
      detail,
      `Raise max_connections: the server takes up to ${OWN_CONNECTIONS}, and each busy store ${OF_A_STORE}.`,
    );
  }
  if (!/^ISO\b/i.test(dateStyle) || strings !== 'on') {
    return warning(
      `${detail}; its default DateStyle is ${dateStyle}, standard_conforming_strings ${strings}`,
      'Set DateStyle to ISO and standard_conforming_strings to on, which every tool reads alike.',
    );
  }
  return ok(detail);
}
