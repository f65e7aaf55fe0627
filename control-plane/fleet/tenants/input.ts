import { posix } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import { refusedField } from '../../api/http/index.ts';
import type { Driver } from '../drivers/index.ts';
import { envLine } from '../rendering/index.ts';
import { composeEnvironment, type Platform, SECRET_NAMES, usageOf } from './environment.ts';
import type { TenantIntent } from './sql.ts';

/** `env` of a request, parted into what is kept in the open and what is sealed; null removes a key. */
export type PartedEnvironment = { plain: Record<string, string | null>; secret: Record<string, string | null> };

/** @param at where `env` is in the request @throws AppError BAD_REQUEST naming the key that may not be set */
export function partEnvironment(env: Readonly<Record<string, string | null>>, at = '/env'): PartedEnvironment {
  const parted: PartedEnvironment = { plain: {}, secret: {} };
  for (const [key, value] of Object.entries(env)) {
    const usage = usageOf(key);
    if (usage === 'unknown') throw refusedField(`${at}/${key}`, 'is not a key of bot.env');
    if (usage === 'composed') throw refusedField(`${at}/${key}`, 'follows from the other fields of the store');
    if (BACKUP_FOLDERS.has(key) && value !== null) assertBelowBackups(`${at}/${key}`, value);
    parted[usage][key] = value;
  }
  return parted;
}

const BACKUP_FOLDERS = new Set(['BACKUP_LOCAL_DIR', 'BACKUP_OFFSITE_DIR']);

/** The control plane writes there: a key that may change a store must not choose any folder of the host. */
function assertBelowBackups(pointer: string, value: string): void {
  const path = posix.normalize(value);
  if (path === 'backups' || path.startsWith('backups/')) return;
  throw refusedField(pointer, 'a folder below backups/; one elsewhere is set for all stores, by the control plane');
}

/** Refuses a key whose change would make what is stored unreadable. */
export function assertUnchangeable(env: Readonly<Record<string, string | null>>): void {
  if (SECRET_NAMES.dataKey in env) {
    throw refusedField(`/env/${SECRET_NAMES.dataKey}`, 'cannot be changed: what the store has encrypted would be lost');
  }
}

export function assertMode(mode: TenantIntent['mode'], publicUrl: string | undefined): void {
  if (mode === 'webhook' && !publicUrl) {
    throw refusedField('/mode', 'auto or polling: the control plane has no LAPAK_PUBLIC_URL');
  }
}

/** @throws AppError BAD_REQUEST for a pooled store where the driver has no shards */
export function assertHostsStores(
  runtime: TenantIntent['runtime'],
  driver: Pick<Driver, 'kind' | 'hostsStores'>,
): void {
  if (runtime !== 'pooled' || driver.hostsStores) return;
  throw refusedField(
    '/runtime',
    `dedicated: so far only LAPAK_DRIVER=process can pool stores, and this is ${driver.kind}`,
  );
}

/** Ports in place of those of the store, which are allocated later. */
const ANY_PORTS = { telegram: 20_000, pakasir: 20_001 };

/** Asks the runtime's own schema whether this configuration can run. @throws AppError BAD_REQUEST, a pointer per key */
export function assertRunnable(
  intent: TenantIntent,
  secrets: Readonly<Record<string, string>>,
  platform: Platform,
): void {
  try {
    const env = composeEnvironment(intent, secrets, ANY_PORTS, platform);
    for (const [key, value] of Object.entries(env)) assertWritable(key, value);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
    const errors = error.message.split('\n').map((line) => {
      const [key = '', detail = ''] = line.split(/: (.*)/s);
      return { pointer: POINTERS[key] ?? `/env/${key}`, detail };
    });
    throw new AppError('BAD_REQUEST', 'Some fields were not accepted.', { details: { errors } });
  }
}

/** bot.env holds one line per key. */
function assertWritable(key: string, value: string): void {
  try {
    envLine(key, value);
  } catch {
    throw refusedField(
      POINTERS[key] ?? `/env/${key}`,
      'one line without control characters, and not \', " and ` at once',
    );
  }
}

const POINTERS: Record<string, string> = {
  TELEGRAM_BOT_TOKEN: '/telegramBotToken',
  TELEGRAM_ADMIN_IDS: '/adminIds',
  TELEGRAM_OWNER_IDS: '/ownerIds',
  TELEGRAM_MODE: '/mode',
  PAKASIR_PROJECT_SLUG: '/pakasir/slug',
  PAKASIR_API_KEY: '/pakasir/apiKey',
  PAKASIR_WEBHOOK_SECRET: '/pakasir/webhookSecret',
  BOT_STORE_NAME: '/storeName',
};
