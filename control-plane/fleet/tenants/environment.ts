import { AppError } from '../../../kernel/errors.ts';
import {
  parseTenantConfig,
  SECRET_TENANT_KEYS,
  TENANT_ENV,
  type TenantEnvKey,
} from '../../../tenant-runtime/config.ts';
import { databaseName, roleName } from './naming.ts';
import type { TenantIntent } from './sql.ts';

/** What every store of this control plane has in common. */
export type Platform = {
  driver: 'process' | 'docker';
  publicUrl: string | undefined;
  telegramApiRoot: string;
  pakasirApiBase: string;
  /** The cluster as the stores reach it. */
  databaseHost: string;
  databasePort: number;
  /** Query of the connection string, such as `?sslmode=require`. */
  databaseQuery: string;
  /** Where stores report what their owners should know; undefined when nobody here would tell them. */
  eventsUrl: string | undefined;
  tenantDefaults: Readonly<Record<string, string>>;
};

/** Names of a store's sealed secrets. Those of bot.env keep its key; the database password is a part of DATABASE_URL. */
export const SECRET_NAMES = {
  databasePassword: 'DATABASE_PASSWORD',
  botToken: 'TELEGRAM_BOT_TOKEN',
  webhookSecret: 'TELEGRAM_WEBHOOK_SECRET',
  pakasirApiKey: 'PAKASIR_API_KEY',
  pakasirWebhookSecret: 'PAKASIR_WEBHOOK_SECRET',
  dataKey: 'DATA_ENCRYPTION_KEY',
  backupPassword: 'BACKUP_ENCRYPTION_PASSWORD',
  /** What the store shows when it reports events. */
  eventsToken: 'CONTROL_PLANE_TOKEN',
  /** Of a bot that was replaced, until its webhook is deleted. */
  formerBotToken: 'FORMER_BOT_TOKEN',
} as const;

/** Keys that follow from the other fields of a store; the operator does not set them in `env`. */
const COMPOSED_KEYS = new Set<string>([
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_ADMIN_IDS',
  'TELEGRAM_OWNER_IDS',
  'TELEGRAM_MODE',
  'TELEGRAM_WEBHOOK_URL',
  'TELEGRAM_WEBHOOK_SECRET',
  'TELEGRAM_API_ROOT',
  'DATABASE_URL',
  'PAKASIR_PROJECT_SLUG',
  'PAKASIR_API_KEY',
  'PAKASIR_API_BASE',
  'PAKASIR_WEBHOOK_SECRET',
  'STORE_SLUG',
  'BOT_STORE_NAME',
  'LOG_DIR',
  'HOST',
  'TRUSTED_PROXIES',
  'LISTEN_TELEGRAM_PORT',
  'LISTEN_PAKASIR_PORT',
  'CONTROL_PLANE_URL',
  'CONTROL_PLANE_TOKEN',
  'BOT_WEBHOOK_PORT',
  'PAKASIR_PORT',
  'IMAGE_NAME',
] satisfies TenantEnvKey[]);

const SECRET_KEYS = new Set<string>(SECRET_TENANT_KEYS);

/** How the operator may use a key in `env`: as a plain value, as a secret that is sealed, or not at all. */
export function usageOf(key: string): 'plain' | 'secret' | 'composed' | 'unknown' {
  if (COMPOSED_KEYS.has(key)) return 'composed';
  if (!(key in TENANT_ENV.shape)) return 'unknown';
  return SECRET_KEYS.has(key) ? 'secret' : 'plain';
}

/** Whether Telegram posts updates to the store. */
export function isWebhook(mode: TenantIntent['mode'], publicUrl: string | undefined): boolean {
  return mode === 'webhook' || (mode === 'auto' && publicUrl !== undefined);
}

export const webhookUrl = (publicUrl: string, store: string): string => `${publicUrl}/${store}/telegram`;

/** The complete bot.env of a store. Pure. @throws AppError CONFIG_INVALID, one line per key, never a value */
export function composeEnvironment(
  tenant: TenantIntent,
  secrets: Readonly<Record<string, string>>,
  ports: { telegram: number; pakasir: number },
  platform: Platform,
): Record<string, string> {
  const inContainer = platform.driver === 'docker';
  const { [SECRET_NAMES.databasePassword]: databasePassword, [SECRET_NAMES.formerBotToken]: _, ...sealed } = secrets;
  if (!databasePassword) throw new AppError('INTERNAL', `The store ${tenant.store} has no database password.`);
  const webhook = isWebhook(tenant.mode, platform.publicUrl) && platform.publicUrl !== undefined;
  const env: Record<string, string> = {
    ...platform.tenantDefaults,
    ...tenant.env,
    ...sealed,
    STORE_SLUG: tenant.store,
    BOT_STORE_NAME: tenant.store_name,
    TELEGRAM_ADMIN_IDS: tenant.admin_ids.join(','),
    ...(tenant.owner_ids.length > 0 ? { TELEGRAM_OWNER_IDS: tenant.owner_ids.join(',') } : {}),
    TELEGRAM_MODE: webhook ? 'webhook' : 'polling',
    ...(webhook ? { TELEGRAM_WEBHOOK_URL: webhookUrl(platform.publicUrl as string, tenant.store) } : {}),
    TELEGRAM_API_ROOT: reachable(platform.telegramApiRoot, inContainer),
    PAKASIR_API_BASE: reachable(platform.pakasirApiBase, inContainer),
    PAKASIR_PROJECT_SLUG: tenant.pakasir_slug,
    DATABASE_URL: databaseUrl(tenant.store, databasePassword, platform),
    HOST: inContainer ? '0.0.0.0' : '127.0.0.1',
    LISTEN_TELEGRAM_PORT: String(inContainer ? 8080 : ports.telegram),
    LISTEN_PAKASIR_PORT: String(inContainer ? 9000 : ports.pakasir),
    BOT_WEBHOOK_PORT: String(ports.telegram),
    PAKASIR_PORT: String(ports.pakasir),
    LOG_DIR: 'logs',
    IMAGE_NAME: tenant.image,
  };
  if (!webhook) delete env.TELEGRAM_WEBHOOK_SECRET;
  if (platform.eventsUrl && env.CONTROL_PLANE_TOKEN) env.CONTROL_PLANE_URL = platform.eventsUrl;
  else delete env.CONTROL_PLANE_TOKEN;
  parseTenantConfig(env);
  return env;
}

function databaseUrl(store: string, password: string, platform: Platform): string {
  const host = `${platform.databaseHost}:${platform.databasePort}`;
  return `postgres://${roleName(store)}:${encodeURIComponent(password)}@${host}/${databaseName(store)}${platform.databaseQuery}`;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]']);

/** This host's name inside of a container. */
export const HOST_FROM_CONTAINER = 'host.docker.internal';

/** An address of this host's loopback means the container itself inside of one. */
export function reachable(url: string, inContainer: boolean): string {
  const parsed = new URL(url);
  if (!inContainer || !LOOPBACK.has(parsed.hostname)) return url;
  parsed.hostname = HOST_FROM_CONTAINER;
  return parsed.toString().replace(/\/$/, '');
}
