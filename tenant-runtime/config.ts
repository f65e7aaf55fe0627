import { z } from 'zod';
import { type Environment, parseEnvironment } from '../kernel/config.ts';
import { AppError } from '../kernel/errors.ts';
import { MAX_TELEGRAM_ID } from '../kernel/ids.ts';
import { webhookFault } from '../kernel/webhook-address.ts';

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected });
const pattern = (regex: RegExp, expected: string) => z.string({ error: expected }).regex(regex, { error: expected });
const url = (expected: string) => z.url({ protocol: /^https?$/, error: expected });
/** A word of a list, in any case; `others` are names that other programs have for some of them. */
const choice = <const T extends readonly [string, ...string[]]>(
  values: T,
  others: Readonly<Record<string, string>> = {},
) => {
  const error = `one of ${values.join(', ')}`;
  return z
    .string({ error })
    .transform((word) => others[word.toLowerCase()] ?? word.toLowerCase())
    .pipe(z.enum(values, { error }));
};
const flag = choice(['true', 'false'], {
  ...{ 1: 'true', yes: 'true', on: 'true', y: 'true' },
  ...{ 0: 'false', no: 'false', off: 'false', n: 'false' },
}).transform((value) => value === 'true');
const LEVEL_NAMES = { warning: 'warn', critical: 'fatal', notset: 'trace' };

function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return pattern(/^\d+$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, { error: expected }).max(max, { error: expected }));
}

const IDS = 'Telegram user ids, separated by commas';
// Some programs write a list in brackets, as JSON does.
const telegramIds = pattern(/^(\d{1,16}(\s*,\s*\d{1,16})*\s*,?|\[\s*\d{1,16}(\s*,\s*\d{1,16})*\s*\])$/, IDS)
  .transform((value) => [...new Set((value.match(/\d+/g) ?? []).map(Number))])
  .refine((ids) => ids.every((id) => id <= MAX_TELEGRAM_ID), { error: IDS });

const timeZone = z.string().refine(isTimeZone, { error: 'an IANA time zone such as Asia/Jakarta' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** In either alphabet of base64: keys of Fernet are written with `-` and `_`, and sometimes without the `=`. */
const key32 = z
  .string({ error: '32 bytes in base64 (openssl rand -base64 32)' })
  .refine((value) => /^[A-Za-z0-9+/_-]{43}=?$/.test(value), { error: '32 bytes in base64 (openssl rand -base64 32)' });

/** Every key of bot.env: what the runtime reads, and what the control plane writes. */
export const TENANT_ENV = z.object({
  TELEGRAM_BOT_TOKEN: pattern(/^\d{3,16}:[A-Za-z0-9_-]{30,60}$/, 'a bot token from @BotFather, such as 123456:ABC…'),
  TELEGRAM_ADMIN_IDS: telegramIds,
  TELEGRAM_OWNER_IDS: telegramIds.optional(),
  TELEGRAM_MODE: choice(['auto', 'polling', 'webhook']).default('auto'),
  TELEGRAM_WEBHOOK_URL: url('the public address that Telegram posts updates to').optional(),
  TELEGRAM_WEBHOOK_SECRET: pattern(/^[A-Za-z0-9_-]{16,256}$/, '16 to 256 letters, digits, _ and -').optional(),
  TELEGRAM_API_ROOT: url('the address of a Telegram Bot API server').default('https://api.telegram.org'),
  TELEGRAM_MESSAGES_PER_SECOND: wholeNumber(1, 1000).default(30),
  DATABASE_URL: pattern(
    /^postgres(ql)?:\/\//,
    'a connection string such as postgres://user:password@host:5432/db_store',
  ),
  PAKASIR_PROJECT_SLUG: text('the slug of the Pakasir project'),
  PAKASIR_API_KEY: text('the API key of the Pakasir project'),
  PAKASIR_API_BASE: url('the address of the Pakasir API').default('https://app.pakasir.com'),
  PAKASIR_PUBLIC_DOMAIN: url('the address of the Pakasir payment page').default('https://app.pakasir.com'),
  PAKASIR_WEBHOOK_SECRET: text('the webhook secret').optional(),
  PAKASIR_ALLOW_SANDBOX: flag.default(false),
  STORE_SLUG: pattern(
    /^[a-z][a-z0-9-]{1,30}$/,
    'a store slug: a small letter, then 1 to 30 small letters, digits or -',
  ),
  BOT_STORE_NAME: text('the name of the store').max(64, { error: 'at most 64 characters' }),
  BOT_TIMEZONE: timeZone.default('Asia/Jakarta'),
  DATA_ENCRYPTION_KEY: key32,
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], LEVEL_NAMES).default('info'),
  LOG_DIR: text('a folder').default('logs'),
  HOST: text('an address to listen on').default('0.0.0.0'),
  LISTEN_TELEGRAM_PORT: wholeNumber(0, 65535).default(8080),
  LISTEN_PAKASIR_PORT: wholeNumber(0, 65535).default(9000),
  TRUSTED_PROXIES: pattern(/^[0-9a-fA-F.:]+(\s*,\s*[0-9a-fA-F.:]+)*$/, 'addresses, separated by commas')
    .transform((value) => value.split(/\s*,\s*/))
    .optional(),
  OWNER_BOT_TOKEN: text('a bot token').optional(),
  TEMPLATE_EDITORS: choice(['owner', 'admin']).default('owner'),
  OWNER_NOTIFY_TRANSACTIONS: choice(['each', 'digest', 'off']).default('each'),
  SNK_RETENTION_DAYS: wholeNumber(1, 3650).default(90),
  ENABLE_OWNER_ALERTS: flag.default(true),
  OWNER_ALERT_THRESHOLD: choice(['warn', 'error', 'fatal'], LEVEL_NAMES).default('error'),
  HEALTH_CPU_THRESHOLD: wholeNumber(1, 100).default(85),
  HEALTH_MEMORY_THRESHOLD: wholeNumber(1, 100).default(85),
  HEALTH_DISK_THRESHOLD: wholeNumber(1, 100).default(90),
  LOG_USAGE_THRESHOLD_MB: wholeNumber(1, 1_000_000).default(500),
  ENABLE_AUTO_HEALTHCHECK: flag.default(true),
  HEALTHCHECK_INTERVAL_MINUTES: wholeNumber(1, 1440).default(5),
  BACKUP_ENCRYPTION_PASSWORD: text('a password').optional(),
  BACKUP_LOCAL_DIR: text('a folder').default('backups/local'),
  BACKUP_OFFSITE_DIR: text('a folder').default('backups/offsite'),
  ENABLE_AUTO_BACKUP: flag.default(true),
  BACKUP_TIME: pattern(/^([01]?\d|2[0-3])[:.][0-5]\d$/, 'a time of day such as 03:00')
    .transform((value) => value.replace('.', ':').padStart(5, '0'))
    .default('03:00'),
  BACKUP_AUTOMATIC_OFFSITE: flag.default(false),
  CONTROL_PLANE_URL: url('the address of the control plane').optional(),
  CONTROL_PLANE_TOKEN: text('a token').optional(),
  BOT_WEBHOOK_PORT: wholeNumber(1, 65535).optional(),
  PAKASIR_PORT: wholeNumber(1, 65535).optional(),
  IMAGE_NAME: text('the name of the image').optional(),
});

export type TenantEnvironment = z.infer<typeof TENANT_ENV>;
export type TenantEnvKey = keyof TenantEnvironment;

/** Keys whose values are secrets: sealed by the control plane, never shown. */
export const SECRET_TENANT_KEYS = [
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_WEBHOOK_SECRET',
  'DATABASE_URL',
  'PAKASIR_API_KEY',
  'PAKASIR_WEBHOOK_SECRET',
  'DATA_ENCRYPTION_KEY',
  'OWNER_BOT_TOKEN',
  'BACKUP_ENCRYPTION_PASSWORD',
  'CONTROL_PLANE_TOKEN',
] as const satisfies readonly TenantEnvKey[];

/** How updates arrive: the store asks for them, or Telegram posts them to `url` with `secret`. */
export type Intake = { mode: 'polling' } | { mode: 'webhook'; url: string; secret: string };

export type TenantConfig = {
  env: TenantEnvironment;
  intake: Intake;
  adminIds: readonly number[];
  ownerIds: readonly number[];
};

/**
 * The meaning of bot.env. A pure function of the environment.
 * @throws AppError CONFIG_INVALID, one line per key, never a value
 */
export function parseTenantConfig(environment: Environment): TenantConfig {
  const env = parseEnvironment(TENANT_ENV, environment);
  return {
    env,
    intake: intakeOf(env),
    adminIds: env.TELEGRAM_ADMIN_IDS,
    ownerIds: env.TELEGRAM_OWNER_IDS ?? [],
  };
}

function intakeOf(env: TenantEnvironment): Intake {
  const url = env.TELEGRAM_WEBHOOK_URL;
  if (env.TELEGRAM_MODE === 'polling' || (env.TELEGRAM_MODE === 'auto' && !url)) return { mode: 'polling' };
  const missing = [
    ...(url ? [] : ['TELEGRAM_WEBHOOK_URL: is missing; expected the public address that Telegram posts updates to']),
    ...(env.TELEGRAM_WEBHOOK_SECRET
      ? []
      : ['TELEGRAM_WEBHOOK_SECRET: is missing; expected 16 to 256 letters, digits, _ and -']),
  ];
  if (!url || !env.TELEGRAM_WEBHOOK_SECRET) throw new AppError('CONFIG_INVALID', missing.join('\n'));
  const fault = webhookFault(url, env.TELEGRAM_API_ROOT);
  if (fault) throw new AppError('CONFIG_INVALID', `TELEGRAM_WEBHOOK_URL: expected ${fault}`);
  return { mode: 'webhook', url, secret: env.TELEGRAM_WEBHOOK_SECRET };
}
