import { expect, test } from 'vitest';
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
    telegramApiRoot: 'https://api.telegram.org',
  });
});

test('every wrong key gets one line that names it and what is expected, never its value', () => {
  const lines = refusal({
    LAPAK_PORT: 'hunter2',
    DATABASE_URL: 'mysql://hunter2',
    LAPAK_DRIVER: 'hunter2',
    LAPAK_MASTER_KEY: 'hunter2',
    LAPAK_PORT_RANGE: '30000-20000',
    LAPAK_PUBLIC_URL: 'ftp://hunter2',
    TENANT_DATABASE_HOST: 'hunter2/x',
    BACKUP_TIME: '25:00',
    TELEGRAM_OWNER_IDS: 'hunter2',
  });
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'BACKUP_TIME',
    'DATABASE_URL',
    'LAPAK_DRIVER',
    'LAPAK_MASTER_KEY',
    'LAPAK_PORT',
    'LAPAK_PORT_RANGE',
    'LAPAK_PUBLIC_URL',
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
  ['docker', undefined, 'postgres://u:p@127.0.0.1:5433/x', 'host.docker.internal', 5433],
  ['docker', undefined, 'postgres://u:p@db.internal/x?sslmode=require', 'db.internal', 5432],
  ['docker', 'postgres', 'postgres://u:p@127.0.0.1:5433/x', 'postgres', 5433],
  ['docker', 'pooler:6432', 'postgres://u:p@127.0.0.1:5433/x', 'pooler', 6432],
  ['docker', undefined, 'postgres://u:p@[::1]:5433/x', 'host.docker.internal', 5433],
  ['process', undefined, 'postgres://u:p@[2001:db8::5]/x', '[2001:db8::5]', 5432],
  ['docker', '[2001:db8::7]:6432', 'postgres://u:p@127.0.0.1:5433/x', '[2001:db8::7]', 6432],
])('stores of the driver %s with TENANT_DATABASE_HOST=%s reach the cluster', (driver, given, url, host, port) => {
  const env = { LAPAK_DRIVER: driver, ...(given ? { TENANT_DATABASE_HOST: given } : {}) };
  const platform = platformOf(parseControlPlaneConfig(env, '/'), url);
  expect(platform).toMatchObject({ databaseHost: host, databasePort: port, databaseQuery: new URL(url).search });
});
