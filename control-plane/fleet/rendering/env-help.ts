import { SECRET_TENANT_KEYS, TENANT_ENV, type TenantEnvKey } from '../../../tenant-runtime/config.ts';

/** What each key of bot.env means, for the operator. A key without an explanation does not compile. */
const MEANING: Record<TenantEnvKey, string> = {
  TELEGRAM_BOT_TOKEN: "The bot's token from @BotFather.",
  TELEGRAM_ADMIN_IDS: 'Telegram user ids of the sellers, separated by commas.',
  TELEGRAM_OWNER_IDS: 'Telegram user ids of the owners; they hear about failures and may use every admin menu.',
  TELEGRAM_MODE: 'How updates arrive: `polling`, `webhook`, or `auto` (webhook if TELEGRAM_WEBHOOK_URL is set).',
  TELEGRAM_WEBHOOK_URL: 'Public https address that Telegram posts updates to.',
  TELEGRAM_WEBHOOK_SECRET: 'Secret that Telegram sends along with each update; others are refused.',
  TELEGRAM_API_ROOT: 'Address of the Bot API.',
  TELEGRAM_MESSAGES_PER_SECOND: 'Messages and edits that the bot sends in a second at most; Telegram takes 30.',
  DATABASE_URL: "Connection string of the store's own database. Must be reachable from inside the container.",
  PAKASIR_PROJECT_SLUG: 'Slug of the Pakasir project.',
  PAKASIR_API_KEY: 'API key of the Pakasir project.',
  PAKASIR_API_BASE: 'Address of the Pakasir API.',
  PAKASIR_PUBLIC_DOMAIN: 'Address of the Pakasir payment page.',
  PAKASIR_WEBHOOK_SECRET:
    'Webhook secret of the Pakasir project, sent along with each webhook; without it each one is still checked with Pakasir.',
  PAKASIR_ALLOW_SANDBOX:
    'For trials alone: takes orders while the Pakasir project is in sandbox mode, where no money moves. Screens and orders then say so.',
  STORE_SLUG: "The store's short name.",
  BOT_STORE_NAME: 'The name that customers see.',
  BOT_TIMEZONE: 'Time zone of the times that people see.',
  DATA_ENCRYPTION_KEY:
    'Encrypts goods and proofs in the database: 32 bytes in base64. Whoever loses it loses the stock; keep a copy.',
  LOG_LEVEL: 'Least level that is logged.',
  LOG_DIR: 'Folder of the daily log files, in the container.',
  TRUSTED_PROXIES: 'Addresses, beside loopback, of the proxy before the store. Whoever starts the store sets it.',
  HOST: 'Address that the runtime listens on. compose.yml sets it.',
  LISTEN_TELEGRAM_PORT: 'Port in the container for Telegram, health and metrics. compose.yml sets it.',
  LISTEN_PAKASIR_PORT: 'Port in the container for payment webhooks. compose.yml sets it.',
  OWNER_BOT_TOKEN: 'Token of the bot that alerts the owners.',
  TEMPLATE_EDITORS: 'Who may edit reply templates: `owner`, or `admin` as well.',
  OWNER_NOTIFY_TRANSACTIONS:
    'Whether owners hear of each transaction (`each`), of a day in one message (`digest`), or of neither (`off`).',
  SNK_RETENTION_DAYS: 'Days after which proofs of accepted terms are deleted.',
  ENABLE_OWNER_ALERTS: 'Whether failures are reported to the owners.',
  OWNER_ALERT_THRESHOLD: 'Least level of a log line that is reported.',
  HEALTH_CPU_THRESHOLD: "Per cent of the store's share of the processors that counts as unhealthy.",
  HEALTH_MEMORY_THRESHOLD: 'Per cent of the memory limit that counts as unhealthy.',
  HEALTH_DISK_THRESHOLD: 'Per cent of the disk in use that counts as unhealthy.',
  LOG_USAGE_THRESHOLD_MB: 'Megabytes of logs that count as too many.',
  ENABLE_AUTO_HEALTHCHECK: 'Whether the control plane checks this store by itself.',
  HEALTHCHECK_INTERVAL_MINUTES:
    'Minutes between two checks, at most: the next smaller even part of an hour or a day is taken.',
  BACKUP_ENCRYPTION_PASSWORD: 'Password of the backups. Without it nobody can open them; keep a copy elsewhere.',
  BACKUP_LOCAL_DIR: "Folder of the local backups, below backups/ in the store's folder.",
  BACKUP_OFFSITE_DIR:
    'Folder of the copies. One on another disk is set for all stores, in the environment of the control plane; it has to be there. Not used when the control plane has a bucket (BACKUP_S3_BUCKET).',
  ENABLE_AUTO_BACKUP: 'Whether a backup is made every day.',
  BACKUP_TIME: "Time of day of the backup, in the store's time zone.",
  BACKUP_AUTOMATIC_OFFSITE: 'Whether each backup is copied to the offsite folder or the bucket.',
  CONTROL_PLANE_URL: 'Where the store reports events; they wait while nobody answers.',
  CONTROL_PLANE_TOKEN: "The store's token for that.",
  BOT_WEBHOOK_PORT: 'Port on this host, loopback only, that leads to the Telegram port of the container.',
  PAKASIR_PORT: 'Port on this host, loopback only, that leads to the payment webhook port of the container.',
  IMAGE_NAME: 'The image that this store runs.',
};

export type EnvHelp = { key: string; meaning: string; expected: string; secret: boolean };

/** Every key with what it means and what it is when nothing is said. */
export function envHelp(): EnvHelp[] {
  const secrets = new Set<string>(SECRET_TENANT_KEYS);
  return Object.entries(MEANING).map(([key, meaning]) => {
    const unset = TENANT_ENV.shape[key as TenantEnvKey].safeParse(undefined);
    const fallback = unset.success ? unset.data : undefined;
    const expected = !unset.success ? 'required' : fallback === undefined ? 'optional' : `\`${fallback}\``;
    return { key, meaning, expected, secret: secrets.has(key) };
  });
}
