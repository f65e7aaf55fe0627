import { expect, test } from 'vitest';
import { composeEnvironment, type Platform, usageOf } from '../../control-plane/fleet/tenants/environment.ts';
import type { TenantIntent } from '../../control-plane/fleet/tenants/sql.ts';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';

const tenant: TenantIntent = {
  store: 'warung-a',
  gateway: 'qris',
  store_name: 'Warung A',
  image_id: null,
  image: 'lapak/tenant-runtime:1',
  mode: 'auto',
  admin_ids: [1, 2],
  owner_ids: [],
  pakasir_slug: 'demo',
  memory_mb: 256,
  cpus: 0.5,
  pids: 128,
  env: { BACKUP_TIME: '05:00' },
  bot_id: 7,
  runtime: 'dedicated',
  shard: null,
  bot_username: 'warung_bot',
};
const secrets = {
  DATABASE_PASSWORD: 'p@ss/word',
  TELEGRAM_BOT_TOKEN: `123456:${'a'.repeat(35)}`,
  TELEGRAM_WEBHOOK_SECRET: 'w'.repeat(32),
  PAKASIR_API_KEY: 'key',
  DATA_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  FORMER_BOT_TOKEN: 'gone',
};
const platform: Platform = {
  driver: 'process',
  publicUrl: undefined,
  telegramApiRoot: 'http://127.0.0.1:7780',
  pakasirApiBase: 'http://localhost:7780/pakasir',
  databaseHost: 'db',
  databasePort: 5432,
  databaseQuery: '',
  eventsUrl: undefined,
  tenantDefaults: { BACKUP_TIME: '03:00', BOT_TIMEZONE: 'Asia/Makassar' },
};
const ports = { telegram: 20_001, pakasir: 20_002 };
const compose = (change: Partial<Platform> = {}, intent: Partial<TenantIntent> = {}) =>
  composeEnvironment({ ...tenant, ...intent }, secrets, ports, { ...platform, ...change });

test('the runtime understands what is composed, and the password survives the connection string', () => {
  const { env, intake, adminIds } = parseTenantConfig(compose());
  expect(intake).toEqual({ mode: 'polling' });
  expect(adminIds).toEqual([1, 2]);
  expect(env.DATABASE_URL).toBe('postgres://lapak_warung_a:p%40ss%2Fword@db:5432/db_warung_a');
  expect(decodeURIComponent(new URL(env.DATABASE_URL).password)).toBe('p@ss/word');
});

test('what the operator set goes before the defaults of the platform', () => {
  expect(compose()).toMatchObject({ BACKUP_TIME: '05:00', BOT_TIMEZONE: 'Asia/Makassar' });
});

test('a process listens on its allocated ports of loopback, a container on its own', () => {
  expect(compose()).toMatchObject({ HOST: '127.0.0.1', LISTEN_TELEGRAM_PORT: '20001', LISTEN_PAKASIR_PORT: '20002' });
  expect(compose({ driver: 'docker' })).toMatchObject({
    HOST: '0.0.0.0',
    LISTEN_TELEGRAM_PORT: '8080',
    LISTEN_PAKASIR_PORT: '9000',
    BOT_WEBHOOK_PORT: '20001',
    PAKASIR_PORT: '20002',
  });
});

test("this host's loopback has another name inside of a container, other hosts keep theirs", () => {
  expect(compose({ driver: 'docker' })).toMatchObject({
    TELEGRAM_API_ROOT: 'http://host.docker.internal:7780',
    PAKASIR_API_BASE: 'http://host.docker.internal:7780/pakasir',
  });
  const real = { driver: 'docker', telegramApiRoot: 'https://api.telegram.org' } as const;
  expect(compose(real).TELEGRAM_API_ROOT).toBe('https://api.telegram.org');
});

test('a store is in webhook mode when there is a public address, unless it is told to poll', () => {
  const publicUrl = 'https://shops.example.com';
  expect(parseTenantConfig(compose({ publicUrl })).intake).toEqual({
    mode: 'webhook',
    url: 'https://shops.example.com/warung-a/telegram',
    secret: 'w'.repeat(32),
  });
  const polling = compose({ publicUrl }, { mode: 'polling' });
  expect(polling.TELEGRAM_MODE).toBe('polling');
  expect(polling).not.toHaveProperty('TELEGRAM_WEBHOOK_SECRET');
});

test("the control plane's own secrets stay out of bot.env", () => {
  const env = compose();
  expect(env).not.toHaveProperty('DATABASE_PASSWORD');
  expect(env).not.toHaveProperty('FORMER_BOT_TOKEN');
});

test('what cannot run is refused without its value', () => {
  expect(() => compose({}, { env: { BOT_TIMEZONE: 'hunter2' } })).toThrow(/^BOT_TIMEZONE: expected (?!.*hunter2)/);
});

test('keys of bot.env are free, sealed or composed; others are unknown', () => {
  expect(usageOf('BACKUP_TIME')).toBe('plain');
  expect(usageOf('OWNER_BOT_TOKEN')).toBe('secret');
  expect(usageOf('DATABASE_URL')).toBe('composed');
  expect(usageOf('NODE_OPTIONS')).toBe('unknown');
});
