import { resolve } from 'node:path';
import { z } from 'zod';
import { type Environment, parseEnvironment } from '../../kernel/config.ts';
import { consoleAddressFault } from '../../kernel/console-address.ts';
import { AppError } from '../../kernel/errors.ts';
import type { LogLevel } from '../../kernel/log.ts';
import { webhookFault } from '../../kernel/webhook-address.ts';
import { TENANT_ENV } from '../../tenant-runtime/config.ts';
import { BUCKET_KEYS, type BucketConfig, bucketOf } from './bucket-config.ts';

/** Keys of bot.env for which the control plane's own environment gives the default of every store. */
const TENANT_DEFAULT_KEYS = [
  'BOT_TIMEZONE',
  'ENABLE_AUTO_BACKUP',
  'BACKUP_TIME',
  'BACKUP_OFFSITE_DIR',
  'BACKUP_AUTOMATIC_OFFSITE',
  'ENABLE_AUTO_HEALTHCHECK',
  'HEALTHCHECK_INTERVAL_MINUTES',
  'HEALTH_CPU_THRESHOLD',
  'HEALTH_MEMORY_THRESHOLD',
  'HEALTH_DISK_THRESHOLD',
  'LOG_USAGE_THRESHOLD_MB',
  'ENABLE_OWNER_ALERTS',
  'OWNER_ALERT_THRESHOLD',
  'PAKASIR_PUBLIC_DOMAIN',
] as const;

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected });
const pattern = (regex: RegExp, expected: string) => z.string({ error: expected }).regex(regex, { error: expected });
const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });
const httpUrl = (expected: string) => z.url({ protocol: /^https?$/, error: expected });

function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return pattern(/^\d{1,9}$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, { error: expected }).max(max, { error: expected }));
}

const NAMES = 'host names or addresses, separated by commas';
const names = pattern(/^[A-Za-z0-9._:/-]+(\s*,\s*[A-Za-z0-9._:/-]+)*$/, NAMES).transform((value) =>
  value.toLowerCase().split(/\s*,\s*/),
);

const PORT_RANGE = 'two ports such as 20000-29999, the smaller first, at least two apart';
const portRange = pattern(/^\d{1,5}-\d{1,5}$/, PORT_RANGE)
  .transform((value) => {
    const [from = 0, to = 0] = value.split('-').map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1024 && to <= 65_535 && to > from, { error: PORT_RANGE });

const NETWORK_RANGE = 'an IPv4 range from /16 to /26 that begins on its own boundary, such as 10.250.0.0/20';
const networkRange = pattern(/^\d{1,3}(\.\d{1,3}){3}\/\d{2}$/, NETWORK_RANGE).refine(isNetworkRange, {
  error: NETWORK_RANGE,
});

/** Whether a range is of a fitting size and begins where one of its size may. */
function isNetworkRange(text: string): boolean {
  const [base = '', bits] = text.split('/');
  const parts = base.split('.').map(Number);
  const size = 2 ** (32 - Number(bits));
  const first = parts.reduce((sum, part) => sum * 256 + part, 0);
  return size >= 2 ** 6 && size <= 2 ** 16 && parts.every((part) => part <= 255) && first % size === 0;
}

const MASTER_KEY = '32 bytes in base64 (openssl rand -base64 32); older keys may follow, separated by commas';
const masterKeys = pattern(/^[A-Za-z0-9+/_-]{43}=?(\s*,\s*[A-Za-z0-9+/_-]{43}=?)*$/, MASTER_KEY).transform((value) =>
  value.split(/\s*,\s*/),
);

const timeOfDay = TENANT_ENV.shape.BACKUP_TIME.unwrap();

const OWN_KEYS = z.object({
  LAPAK_HOME: text('a folder').default('.lapak'),
  // Written as in a URL, an address of IPv6 has brackets.
  LAPAK_HOST: text('an address to listen on')
    .transform((host) => host.replace(/^\[(.*)\]$/, '$1'))
    .default('127.0.0.1'),
  LAPAK_PORT: wholeNumber(0, 65_535).default(7700),
  LAPAK_REPORTS_PORT: wholeNumber(0, 65_535).optional(),
  LAPAK_API_HOSTS: names.default([]),
  LAPAK_TRUSTED_PROXIES: names.default([]),
  LAPAK_ALLOW_ROOT_PROCESSES: choice(['true', 'false']).default('false'),
  DATABASE_URL: pattern(
    /^postgres(ql)?:\/\//,
    'a connection string such as postgres://user:password@host:5432/postgres',
  ).optional(),
  LAPAK_CONTROL_DATABASE: pattern(/^[a-z][a-z0-9_]{0,40}$/, 'a database name: small letters, digits and _').default(
    'lapak_control',
  ),
  TENANT_DATABASE_HOST: pattern(
    /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/,
    'a host name, an address, or one of IPv6 in brackets, with a port if it differs',
  ).optional(),
  LAPAK_DRIVER: choice(['process', 'docker']).default('process'),
  LAPAK_NETWORK: pattern(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'the name of a Docker network').default('lapak-stores'),
  LAPAK_NETWORK_RANGE: networkRange.optional(),
  LAPAK_IMAGE: text('the name of an image').default('lapak/tenant-runtime:latest'),
  LAPAK_DEPLOYMENTS: text('a folder').default('deployments'),
  LAPAK_PUBLIC_URL: httpUrl('the public address of the stores, such as https://shops.example.com').optional(),
  LAPAK_CONSOLE_URL: httpUrl('the address of the console, such as https://console.example.com').optional(),
  LAPAK_MASTER_KEY: masterKeys.optional(),
  LAPAK_PORT_RANGE: portRange.default({ from: 20_000, to: 29_999 }),
  LAPAK_CADDY_ADMIN: z
    .url({
      protocol: /^(http|unix)$/,
      error: "the address of Caddy's admin API: http://127.0.0.1:2019 or unix:///a/socket",
    })
    .optional(),
  LAPAK_TENANT_READY_TIMEOUT: wholeNumber(1, 3600).default(60),
  LAPAK_UPGRADE_WATCH: wholeNumber(0, 3600).default(150),
  LAPAK_STUCK_AFTER: wholeNumber(1, 86_400).default(180),
  LAPAK_SHARD_CAPACITY: wholeNumber(1, 1_000).default(250),
  LAPAK_STORE_LOGS_MB: wholeNumber(1, 1_000_000).default(2_048),
  LAPAK_STOP_STORES_ON_EXIT: choice(['true', 'false']).default('false'),
  LAPAK_RESTORE_DRILL_TIME: timeOfDay.default('03:17'),
  LAPAK_SELF_BACKUP_TIME: timeOfDay.default('03:41'),
  LAPAK_DIGEST_TIME: timeOfDay.default('08:00'),
  LAPAK_PG_BIN: text('the folder of pg_dump and pg_restore').optional(),
  ...BUCKET_KEYS,
  LAPAK_FAILPOINT: text('the name of a failpoint').optional(),
  LAPAK_TENANT_API_URL: httpUrl('the address of this control plane as the stores reach it').optional(),
  LAPAK_RENT_GRACE_DAYS: wholeNumber(0, 90).default(3),
  LAPAK_RENT_CONTACT: text('whom sellers ask about their rent, such as @lapak_admin').default('pengelola Lapak'),
  OWNER_BOT_TOKEN: TENANT_ENV.shape.TELEGRAM_BOT_TOKEN.optional(),
  TELEGRAM_OWNER_IDS: TENANT_ENV.shape.TELEGRAM_OWNER_IDS,
  TELEGRAM_API_ROOT: httpUrl('the address of a Telegram Bot API server').default('https://api.telegram.org'),
  PAKASIR_API_BASE: httpUrl('the address of the Pakasir API').default('https://app.pakasir.com'),
  LOG_LEVEL: TENANT_ENV.shape.LOG_LEVEL,
});

const TENANT_DEFAULTS = z.object(Object.fromEntries(TENANT_DEFAULT_KEYS.map((key) => [key, asTheRuntimeReads(key)])));

/** The raw text of a key, refused in the words of the runtime's own schema. */
function asTheRuntimeReads(key: (typeof TENANT_DEFAULT_KEYS)[number]) {
  return z
    .string()
    .optional()
    .superRefine((value, context) => {
      const issue = value === undefined ? undefined : TENANT_ENV.shape[key].safeParse(value).error?.issues[0];
      if (issue) context.addIssue({ code: 'custom', message: issue.message });
    });
}

export type ControlPlaneConfig = {
  /** Absolute path: embedded database, key file, CLI credentials, ingress fragments. */
  home: string;
  host: string;
  port: number;
  /** Connection string of the cluster; undefined for the embedded one. */
  databaseUrl: string | undefined;
  controlDatabase: string;
  tenantDatabaseHost: string | undefined;
  driver: 'process' | 'docker';
  /** Where containers report, apart from the API; undefined where stores are processes and use the API. */
  reportsPort: number | undefined;
  /** Names, beside addresses and localhost, by which clients call the API. */
  apiHosts: readonly string[];
  /** Addresses of proxies before the API, whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Whether the process driver may run stores as root. */
  allowRootProcesses: boolean;
  /** The engine's network that stores share. */
  network: string;
  /** Its addresses; undefined for a place that follows from its name. */
  networkRange: string | undefined;
  image: string;
  /** Absolute path of the folder that holds the deployment folders. */
  deployments: string;
  publicUrl: string | undefined;
  /** Where browsers find the console, when it is not where the API listens: an origin, without a path. */
  consoleUrl: string | undefined;
  /** Master keys in base64, the newest first; empty for the key file. */
  masterKeys: readonly string[];
  portRange: { from: number; to: number };
  caddyAdmin: string | undefined;
  readyTimeoutSeconds: number;
  /** How long an upgraded store is watched before the upgrade counts as done, in seconds. */
  upgradeWatchSeconds: number;
  /** How long a store may be elsewhere than it should be before the owners are told. */
  stuckAfterSeconds: number;
  storesPerShard: number;
  /** What the folder `logs` of a store may take before the store is suspended. */
  storeLogsMb: number;
  /** Stop every store and the embedded Postgres when the control plane stops; for the demo, where nothing may survive. */
  stopStoresOnExit: boolean;
  /** When stores' backups are restored as a drill and the control database is backed up each day, in Asia/Jakarta. */
  restoreDrillTime: string;
  selfBackupTime: string;
  /** When owners get their digest each day, in the stores' default time zone. */
  digestTime: string;
  /** Folder of pg_dump and pg_restore; undefined to look for them. */
  pgBin: string | undefined;
  /** Where copies of backups go; undefined for the folder that each store names. */
  backupBucket: BucketConfig | undefined;
  failpoint: string | undefined;
  /** Token of the bot that speaks to the owners of all stores; without it each store speaks for itself. */
  ownerBotToken: string | undefined;
  /** Where stores reach this control plane, when it is not where it listens. */
  tenantApiUrl: string | undefined;
  ownerIds: readonly number[];
  /** Days that a store stays open after its rent ran out. */
  rentGraceDays: number;
  /** Whom sellers are to ask about it. */
  rentContact: string;
  telegramApiRoot: string;
  pakasirApiBase: string;
  /** Defaults of bot.env for every store. */
  tenantDefaults: Readonly<Record<string, string>>;
  logLevel: LogLevel;
};

/**
 * The control plane's configuration, a pure function of the environment and of the folder that relative paths are
 * resolved against.
 * @throws AppError CONFIG_INVALID, one line per key, never a value
 */
export function parseControlPlaneConfig(environment: Environment, cwd: string): ControlPlaneConfig {
  const { env, defaults } = parseBoth(environment);
  assertReachable(env);
  return {
    home: resolve(cwd, env.LAPAK_HOME),
    host: env.LAPAK_HOST,
    port: env.LAPAK_PORT,
    databaseUrl: env.DATABASE_URL,
    controlDatabase: env.LAPAK_CONTROL_DATABASE,
    tenantDatabaseHost: env.TENANT_DATABASE_HOST,
    driver: env.LAPAK_DRIVER,
    reportsPort: env.LAPAK_REPORTS_PORT ?? (env.LAPAK_DRIVER === 'docker' ? portBeside(env.LAPAK_PORT) : undefined),
    apiHosts: env.LAPAK_API_HOSTS,
    trustedProxies: env.LAPAK_TRUSTED_PROXIES,
    allowRootProcesses: env.LAPAK_ALLOW_ROOT_PROCESSES === 'true',
    network: env.LAPAK_NETWORK,
    networkRange: env.LAPAK_NETWORK_RANGE,
    image: env.LAPAK_IMAGE,
    deployments: resolve(cwd, env.LAPAK_DEPLOYMENTS),
    publicUrl: env.LAPAK_PUBLIC_URL?.replace(/\/+$/, ''),
    consoleUrl: consoleUrlOf(env),
    masterKeys: env.LAPAK_MASTER_KEY ?? [],
    portRange: env.LAPAK_PORT_RANGE,
    caddyAdmin: env.LAPAK_CADDY_ADMIN?.replace(/\/+$/, ''),
    readyTimeoutSeconds: env.LAPAK_TENANT_READY_TIMEOUT,
    upgradeWatchSeconds: env.LAPAK_UPGRADE_WATCH,
    stuckAfterSeconds: env.LAPAK_STUCK_AFTER,
    storesPerShard: env.LAPAK_SHARD_CAPACITY,
    storeLogsMb: env.LAPAK_STORE_LOGS_MB,
    stopStoresOnExit: env.LAPAK_STOP_STORES_ON_EXIT === 'true',
    restoreDrillTime: env.LAPAK_RESTORE_DRILL_TIME,
    selfBackupTime: env.LAPAK_SELF_BACKUP_TIME,
    digestTime: env.LAPAK_DIGEST_TIME,
    failpoint: env.LAPAK_FAILPOINT,
    pgBin: env.LAPAK_PG_BIN && resolve(cwd, env.LAPAK_PG_BIN),
    backupBucket: bucketOf(env),
    ownerBotToken: env.OWNER_BOT_TOKEN,
    tenantApiUrl: env.LAPAK_TENANT_API_URL?.replace(/\/+$/, ''),
    rentGraceDays: env.LAPAK_RENT_GRACE_DAYS,
    rentContact: env.LAPAK_RENT_CONTACT,
    ownerIds: env.TELEGRAM_OWNER_IDS ?? [],
    telegramApiRoot: env.TELEGRAM_API_ROOT.replace(/\/+$/, ''),
    pakasirApiBase: env.PAKASIR_API_BASE.replace(/\/+$/, ''),
    tenantDefaults: Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined)),
    logLevel: env.LOG_LEVEL,
  };
}

const portBeside = (port: number) => (port === 0 ? 0 : port === 65_535 ? port - 1 : port + 1);

/** What Telegram would refuse is refused now, and not when the first store is opened. @throws AppError CONFIG_INVALID */
function assertReachable({ LAPAK_PUBLIC_URL: url, TELEGRAM_API_ROOT }: z.infer<typeof OWN_KEYS>): void {
  const fault = url && webhookFault(url, TELEGRAM_API_ROOT);
  if (fault) throw new AppError('CONFIG_INVALID', `LAPAK_PUBLIC_URL: expected ${fault}`);
}

/** @throws AppError CONFIG_INVALID */
function consoleUrlOf({ LAPAK_CONSOLE_URL: url, LAPAK_PUBLIC_URL: publicUrl }: z.infer<typeof OWN_KEYS>) {
  if (url === undefined) return undefined;
  const fault = consoleAddressFault(url);
  if (fault) throw new AppError('CONFIG_INVALID', `LAPAK_CONSOLE_URL: expected ${fault}`);
  const { origin, hostname } = new URL(url);
  // Below one name, what is behind a store's path could read and plant the console's cookies.
  if (publicUrl && new URL(publicUrl).hostname === hostname) {
    throw new AppError('CONFIG_INVALID', 'LAPAK_CONSOLE_URL: expected another host name than that of LAPAK_PUBLIC_URL');
  }
  return origin;
}

/** Both halves in one pass, so that one start names every wrong key. */
function parseBoth(environment: Environment) {
  const whole = z.object({ ...OWN_KEYS.shape, ...TENANT_DEFAULTS.shape });
  const parsed = parseEnvironment(whole, environment);
  return {
    env: parsed as z.infer<typeof OWN_KEYS>,
    defaults: Object.fromEntries(
      TENANT_DEFAULT_KEYS.map((key) => [key, (parsed as Record<string, unknown>)[key] as string | undefined]),
    ) as Record<string, string>,
  };
}
