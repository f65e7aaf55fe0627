import { expect, test } from 'vitest';
import { assertMayRunStores, NOT_ISOLATED, planNetwork } from '../../control-plane/fleet/drivers/index.ts';
import { egressOf } from '../../control-plane/fleet/tenants/egress.ts';
import { platformOf } from '../../control-plane/fleet/tenants/platform.ts';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { AppError } from '../../kernel/errors.ts';

function refusal(env: Record<string, string>): string[] {
  try {
    parseControlPlaneConfig(env, '/srv');
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).message.split('\n');
  }
  throw new Error('it was accepted');
}

test('an empty environment is a complete configuration', () => {
  expect(parseControlPlaneConfig({}, '/srv')).toMatchObject({
    home: '/srv/.lapak',
    host: '127.0.0.1',
    port: 7700,
    databaseUrl: undefined,
    driver: 'process',
    deployments: '/srv/deployments',
    portRange: { from: 20_000, to: 29_999 },
    ...{ restoreDrillTime: '03:17', selfBackupTime: '03:41', digestTime: '08:00' },
    telegramApiRoot: 'https://api.telegram.org',
  });
});

test('a value that cannot be stored is refused', () => {
  expect(refusal({ LAPAK_RENT_CONTACT: 'a\0b', LAPAK_IMAGE: 'a\ud800' })).toEqual([
    'LAPAK_IMAGE: expected a text without NUL and without half a surrogate pair',
    'LAPAK_RENT_CONTACT: expected a text without NUL and without half a surrogate pair',
  ]);
});

test('every wrong key gets one line that names it and what is expected, never its value', () => {
  const lines = refusal({
    LAPAK_PORT: 'hunter2',
    DATABASE_URL: 'mysql://hunter2',
    LAPAK_DRIVER: 'hunter2',
    LAPAK_MASTER_KEY: 'hunter2',
    LAPAK_PORT_RANGE: '30000-20000',
    LAPAK_RESTORE_DRILL_TIME: '24:00',
    LAPAK_SELF_BACKUP_TIME: 'hunter2',
    LAPAK_DIGEST_TIME: '8',
    LAPAK_PUBLIC_URL: 'ftp://hunter2',
    TENANT_DATABASE_HOST: 'hunter2/x',
    BACKUP_TIME: '25:00',
    TELEGRAM_OWNER_IDS: 'hunter2',
  });
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'BACKUP_TIME',
    'DATABASE_URL',
    'LAPAK_DIGEST_TIME',
    'LAPAK_DRIVER',
    'LAPAK_MASTER_KEY',
    'LAPAK_PORT',
    'LAPAK_PORT_RANGE',
    'LAPAK_PUBLIC_URL',
    'LAPAK_RESTORE_DRILL_TIME',
    'LAPAK_SELF_BACKUP_TIME',
    'TELEGRAM_OWNER_IDS',
    'TENANT_DATABASE_HOST',
  ]);
  for (const line of lines) expect(line).toMatch(/: expected /);
  expect(lines.join()).not.toContain('hunter2');
});

test('defaults of bot.env are taken from the environment as they are written there', () => {
  const { tenantDefaults } = parseControlPlaneConfig(
    { BACKUP_TIME: '04:30', HEALTH_CPU_THRESHOLD: '70', OTHER: 'x' },
    '/',
  );
  expect(tenantDefaults).toEqual({ BACKUP_TIME: '04:30', HEALTH_CPU_THRESHOLD: '70' });
});

test.each([
  ['process', undefined, 'postgres://u:p@127.0.0.1:5433/x', '127.0.0.1', 5433],
  ['process', 'pooler:6432', 'postgres://u:p@127.0.0.1:5433/x', 'pooler', 6432],
  ['process', undefined, 'postgres://u:p@[2001:db8::5]/x', '[2001:db8::5]', 5432],
  ['process', '[2001:db8::7]:6432', 'postgres://u:p@127.0.0.1:5433/x', '[2001:db8::7]', 6432],
  ['docker', undefined, 'postgres://u:p@127.0.0.1:5433/x', 'host.docker.internal', 7710],
  ['docker', undefined, 'postgres://u:p@[::1]:5433/x', 'host.docker.internal', 7710],
  ['docker', undefined, 'postgres://u:p@db.internal/x', 'host.docker.internal', 7710],
  ['docker', undefined, 'postgres://u:p@db.internal/x?sslmode=require', 'db.internal', 7710],
  ['docker', 'pooler:6432', 'postgres://u:p@127.0.0.1:5433/x', 'host.docker.internal', 7710],
])('stores of the driver %s with TENANT_DATABASE_HOST=%s reach the cluster', (driver, given, url, host, port) => {
  const env = { LAPAK_DRIVER: driver, ...(given ? { TENANT_DATABASE_HOST: given } : {}) };
  const platform = platformOf(parseControlPlaneConfig(env, '/'), url);
  expect(platform).toMatchObject({ databaseHost: host, databasePort: port, databaseQuery: new URL(url).search });
});

test('stores in containers reach what they need, and the cluster keeps places for the control plane', () => {
  const env = {
    ...{ LAPAK_DRIVER: 'docker', OWNER_BOT_TOKEN: `424242:${'z'.repeat(35)}`, LAPAK_IMAGE: 'runtime:1' },
    ...{ TELEGRAM_API_ROOT: 'http://127.0.0.1:8081', LAPAK_PORT: '7700' },
  };
  const local = egressOf(parseControlPlaneConfig(env, '/'), 'postgres://u:p@127.0.0.1:5433/x', 500);
  expect(local).toEqual({
    image: 'runtime:1',
    ...{ database: '127.0.0.1:5433', databaseTls: false, databaseConnections: 400, aliases: [] },
    // Reports go to their own listener; the API at 7700 is not among them.
    allow: ['host.docker.internal:8081', 'app.pakasir.com:443', 'host.docker.internal:7701'],
  });
  const managed = { ...env, TENANT_DATABASE_HOST: 'pooler:6432' };
  const remote = egressOf(
    parseControlPlaneConfig(managed, '/'),
    'postgres://u:p@db.internal/x?sslmode=verify-full',
    100,
  );
  expect(remote).toMatchObject({
    database: 'pooler:6432',
    databaseTls: true,
    databaseConnections: 60,
    aliases: ['db.internal'],
  });
});

test('a network lies where its range says, or at a place that follows from its name', () => {
  expect(planNetwork('lapak-stores', '10.250.16.0/20')).toMatchObject({
    ...{ subnet: '10.250.16.0/20', address: '10.250.16.1', nowhere: '10.250.16.2' },
  });
  expect(planNetwork('lapak-stores')).toEqual(planNetwork('lapak-stores'));
  expect(planNetwork('lapak-stores').subnet).toMatch(/^10\.(19[2-9]|2\d\d)\.\d+\.0\/20$/);
  for (const range of ['10.250.0.0/8', '10.250.1.0/20', '10.300.0.0/20', '10.250.0.0/30']) {
    expect(refusal({ LAPAK_NETWORK_RANGE: range }), range).toEqual([
      expect.stringMatching(/^LAPAK_NETWORK_RANGE: expected /),
    ]);
  }
});

test('stores are not run as processes of root, unless the operator says that nothing is at stake', () => {
  const warned: unknown[] = [];
  const log = { warn: (_: unknown, text: string) => warned.push(text) } as unknown as Parameters<
    typeof assertMayRunStores
  >[1];
  const process = parseControlPlaneConfig({}, '/');
  expect(() => assertMayRunStores(process, log, 0)).toThrow(/LAPAK_ALLOW_ROOT_PROCESSES/);
  assertMayRunStores(process, log, 1000);
  assertMayRunStores(parseControlPlaneConfig({ LAPAK_ALLOW_ROOT_PROCESSES: 'true' }, '/'), log, 0);
  expect(warned).toEqual([NOT_ISOLATED, NOT_ISOLATED]);
  assertMayRunStores(parseControlPlaneConfig({ LAPAK_DRIVER: 'docker' }, '/'), log, 0);
  expect(warned).toHaveLength(2);
});

test.each<string[]>([
  ['https://u:p@shops.example.com', 'an address without user name and password'],
  ['https://shops.example.com/?a=1', 'an address without a query (?…)'],
  ['https://shops.example.com/#x', 'an address without a fragment (#…)'],
  ['http://shops.example.com', 'an address that begins with https://, as Telegram posts to no other'],
  ['https://shops.example.com:8080', 'a port that Telegram posts to: 443, 80, 88, 8443'],
  ...[
    'localhost',
    'shop',
    'shop.local',
    '10.1.2.3',
    '127.0.0.1',
    '[::1]',
    '[fd00::1]',
    '169.254.169.254',
    '[::ffff:10.0.0.1]',
  ].map((host) => [`https://${host}`, 'a name or an address that Telegram reaches from the internet']),
])('the public address %s is refused before Telegram refuses it', (address = '', expected = '') => {
  expect(refusal({ LAPAK_PUBLIC_URL: address })).toEqual([`LAPAK_PUBLIC_URL: expected ${expected}`]);
});

test('what Telegram takes is taken, and what a Bot API server of one’s own takes', () => {
  for (const address of ['https://shops.example.com/id', 'https://shops.example.com:8443', 'https://203.0.113.7']) {
    expect(parseControlPlaneConfig({ LAPAK_PUBLIC_URL: address }, '/srv').publicUrl).toBe(address);
  }
  const own = { TELEGRAM_API_ROOT: 'http://127.0.0.1:8081', LAPAK_PUBLIC_URL: 'http://127.0.0.1:9000' };
  expect(parseControlPlaneConfig(own, '/srv').publicUrl).toBe('http://127.0.0.1:9000');
  expect(refusal({ ...own, LAPAK_PUBLIC_URL: 'http://a:b@127.0.0.1' })).toHaveLength(1);
});

test.each<string[]>([
  ['ftp://console.example.com', 'the address of the console, such as https://console.example.com'],
  ['https://u:p@console.example.com', 'an address without user name and password'],
  ['https://console.example.com/console', 'an address without a path, a query or a fragment'],
  ['https://console.example.com/?', 'an address without a path, a query or a fragment'],
  ['https://console.example.com/#a', 'an address without a path, a query or a fragment'],
  ...['console.example.com', '10.1.2.3', '[fd00::1]', 'localhost.example.com', '127.0.0.1.example.com'].map((host) => [
    `http://${host}`,
    'an address that begins with https://, unless it is one of this machine',
  ]),
])('the console’s address %s is refused', (address = '', expected = '') => {
  expect(refusal({ LAPAK_CONSOLE_URL: address })).toEqual([`LAPAK_CONSOLE_URL: expected ${expected}`]);
});

test('the console has an address of its own, which is an origin', () => {
  for (const [given, origin] of [
    ['https://Console.Example.com/', 'https://console.example.com'],
    ['https://console.example.com:443', 'https://console.example.com'],
    ['http://localhost:7700', 'http://localhost:7700'],
    ['http://[::1]:7700/', 'http://[::1]:7700'],
    ['http://127.0.0.1:7700', 'http://127.0.0.1:7700'],
  ] as const) {
    expect(parseControlPlaneConfig({ LAPAK_CONSOLE_URL: given }, '/').consoleUrl).toBe(origin);
  }
  const [console, stores] = ['https://shops.example.com:8443', 'https://shops.example.com/id'];
  expect(refusal({ LAPAK_CONSOLE_URL: console, LAPAK_PUBLIC_URL: stores })).toEqual([
    'LAPAK_CONSOLE_URL: expected another host name than that of LAPAK_PUBLIC_URL',
  ]);
});
