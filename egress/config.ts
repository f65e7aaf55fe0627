import { z } from 'zod';
import { type Environment, parseEnvironment } from '../kernel/config.ts';

const ADDRESS = /^\[?[^\s,\]]+\]?:\d{1,5}$/;
const address = z.string().regex(ADDRESS, { error: 'an address such as 127.0.0.1:5432' });
const port = z.coerce.number().int().min(1).max(65_535);
const count = z.coerce.number().int().min(1);

const ENVIRONMENT = z.object({
  EGRESS_HOST: z.ipv4({ error: "the address of the stores' bridge" }),
  EGRESS_DATABASE_PORT: port,
  EGRESS_PROXY_PORT: port,
  EGRESS_DATABASE: address,
  EGRESS_DATABASE_TLS: z.enum(['true', 'false']).default('false'),
  EGRESS_DATABASE_CONNECTIONS: count,
  EGRESS_ALLOW: z.string().transform((value) => value.split(',').filter(Boolean)),
});

export type Address = { host: string; port: number };

export type EgressConfig = {
  /** Address of the stores' bridge, the only one to listen on. */
  host: string;
  databasePort: number;
  proxyPort: number;
  database: Address;
  /** The cluster speaks TLS, so that what stores send cannot be looked into. */
  databaseTls: boolean;
  /** Connections to the cluster that all stores together may hold. */
  databaseConnections: number;
  /** `host:port` of each address that stores may reach. */
  allow: ReadonlySet<string>;
};

/** @throws AppError CONFIG_INVALID, one line per key */
export function parseEgressConfig(environment: Environment): EgressConfig {
  const env = parseEnvironment(ENVIRONMENT, environment);
  return {
    host: env.EGRESS_HOST,
    databasePort: env.EGRESS_DATABASE_PORT,
    proxyPort: env.EGRESS_PROXY_PORT,
    database: addressOf(env.EGRESS_DATABASE),
    databaseTls: env.EGRESS_DATABASE_TLS === 'true',
    databaseConnections: env.EGRESS_DATABASE_CONNECTIONS,
    allow: new Set(env.EGRESS_ALLOW),
  };
}

/** Name of the machine itself in what stores are told. This program shares the machine's network. */
const THIS_MACHINE = 'host.docker.internal';

/** `host:port` as one connects to it. */
export function addressOf(text: string): Address {
  const { hostname, port: given } = new URL(`tcp://${text}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host: host === THIS_MACHINE ? '127.0.0.1' : host, port: Number(given) };
}
