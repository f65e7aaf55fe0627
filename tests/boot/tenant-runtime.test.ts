import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../support/ports.ts';
import { parsePrometheus } from '../support/prometheus.ts';
import { type RuntimeProcess, startRuntime } from '../support/runtime-process.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = (entry: string, args: string[], env: Record<string, string>) =>
  spawnSync(process.execPath, [join(ROOT, entry), ...args], { env, encoding: 'utf8', timeout: 30_000 });

let shop: TestStore | undefined;
let runtime: RuntimeProcess | undefined;
afterEach(async () => {
  runtime?.kill('SIGKILL');
  await runtime?.exited;
  await shop?.close();
  shop = runtime = undefined;
});

test('a wrong environment stops the start with one line per key and never a value', () => {
  const secret = 'rahasia-yang-tidak-boleh-tampak';
  const ended = run('tenant-runtime/main.ts', [], {
    TELEGRAM_BOT_TOKEN: secret,
    TELEGRAM_ADMIN_IDS: `${secret},2`,
    DATABASE_URL: secret,
    DATA_ENCRYPTION_KEY: secret,
    BOT_TIMEZONE: secret,
    BACKUP_TIME: secret,
    STORE_SLUG: secret.toUpperCase(),
  });
  expect(ended.status).toBe(78);
  expect(ended.stdout + ended.stderr).not.toMatch(new RegExp(secret, 'i'));
  const lines = ended.stderr.trim().split('\n');
  const keys = lines.map((line) => line.split(':')[0]);
  expect(keys).toEqual([...new Set(keys)].sort());
  expect(keys).toEqual(
    expect.arrayContaining(['TELEGRAM_BOT_TOKEN', 'PAKASIR_API_KEY', 'BOT_TIMEZONE', 'BACKUP_TIME']),
  );
  expect(lines.find((line) => line.startsWith('PAKASIR_API_KEY'))).toContain('is missing; expected');
});

test('webhook mode without an address says which keys it needs', () => {
  const ended = run('tenant-runtime/main.ts', ['--mode', 'webhook'], {
    TELEGRAM_BOT_TOKEN: `123456:${'A'.repeat(35)}`,
    TELEGRAM_ADMIN_IDS: '1',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    PAKASIR_PROJECT_SLUG: 'x',
    PAKASIR_API_KEY: 'x',
    STORE_SLUG: 'warung',
    BOT_STORE_NAME: 'Warung',
    DATA_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  });
  expect(ended.status).toBe(78);
  expect(ended.stderr).toMatch(/TELEGRAM_WEBHOOK_URL: is missing/);
  expect(ended.stderr).toMatch(/TELEGRAM_WEBHOOK_SECRET: is missing/);
});

test('an unknown option prints the usage', () => {
  const ended = run('tenant-runtime/main.ts', ['--mod', 'polling'], {});
  expect(ended.status).toBe(78);
  expect(ended.stderr).toContain('Usage: node tenant-runtime/main.ts');
});

test('a bot.env as another bot has written it starts the store', async () => {
  const fernet = Buffer.alloc(32, 0xfb).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  expect(fernet).toMatch(/[-_]/);
  shop = await startTestStore({ start: false });
  const folder = mkdtempSync(join(tmpdir(), 'lapak-boot-'));
  const file = join(folder, 'bot.env');
  const port = String(await freePort());
  const { LOG_DIR, DATABASE_URL, TELEGRAM_API_ROOT, PAKASIR_API_BASE, PAKASIR_PUBLIC_DOMAIN } = shop.env;
  const text = `\uFEFF# Telegram
export TELEGRAM_BOT_TOKEN=${shop.env.TELEGRAM_BOT_TOKEN}
TELEGRAM_ADMIN_IDS=${shop.admin.id}, ${2 ** 52},
TELEGRAM_OWNER_IDS = [${shop.owner.id}]
TELEGRAM_MODE=POLLING
TELEGRAM_WEBHOOK_URL=
TELEGRAM_API_ROOT="${TELEGRAM_API_ROOT}"
DATABASE_URL='${DATABASE_URL}'
PAKASIR_PROJECT_SLUG=warung   # the project
PAKASIR_API_KEY=kunci-rahasia
PAKASIR_API_BASE=${PAKASIR_API_BASE}
PAKASIR_PUBLIC_DOMAIN=${PAKASIR_PUBLIC_DOMAIN}
PAKASIR_WEBHOOK_SECRET=
STORE_SLUG=warung
BOT_STORE_NAME=Warung #1 Bu#Sri
BOT_TIMEZONE=Asia/Jakarta
LOG_LEVEL=INFO
OWNER_ALERT_THRESHOLD=CRITICAL
ENABLE_OWNER_ALERTS=True
ENABLE_AUTO_HEALTHCHECK=FALSE
ENABLE_AUTO_BACKUP=1
BACKUP_AUTOMATIC_OFFSITE=no
BACKUP_TIME=3:00
OWNER_BOT_TOKEN=
DATA_ENCRYPTION_KEY=${fernet}
SNK_RETENTION_DAYS=30
HOST=127.0.0.1
LISTEN_TELEGRAM_PORT=${port}
LISTEN_PAKASIR_PORT=0
LOG_DIR=${LOG_DIR}
`;
  writeFileSync(file, text.replaceAll('\n', '\r\n'));
  runtime = await startRuntime({}, undefined, ['--env-file', file]);
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  runtime.kill('SIGTERM');
  expect(await runtime.exited).toEqual({ code: 0, signal: null });
  rmSync(folder, { recursive: true });
});

test('it runs by hand from an env file under plain node, and the health check tells whether it serves', async () => {
  shop = await startTestStore({ start: false });
  const folder = mkdtempSync(join(tmpdir(), 'lapak-boot-'));
  const file = join(folder, 'bot.env');
  const port = String(await freePort());
  const env: Record<string, string> = { ...shop.env, LISTEN_TELEGRAM_PORT: port };
  writeFileSync(
    file,
    Object.entries(env)
      .map(([key, value]) => `${key}='${value}'`)
      .join('\n'),
  );
  const down = run('tenant-runtime/healthcheck.ts', [], { LISTEN_TELEGRAM_PORT: port });
  expect(down.status).toBe(1);
  expect(down.stderr).toContain('does not answer');
  const compiled = join(folder, 'compiled');
  runtime = await startRuntime({ NODE_COMPILE_CACHE: compiled }, undefined, ['--env-file', file]);
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  // The next store of the machine need not wait for the end of this one to start as fast as it can.
  await expect.poll(() => readdirSync(compiled, { recursive: true }).length).toBeGreaterThan(200);
  const up = run('tenant-runtime/healthcheck.ts', [], { LISTEN_TELEGRAM_PORT: port });
  expect(up.stdout).toContain('"ready":true');
  expect(up.status).toBe(0);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toMatch(/lapak_updates_total\{result="handled",store="warung"\} \d/);
  const { families } = parsePrometheus(metrics);
  for (const what of [
    'updates_total',
    'orders',
    'settlements_total',
    'gateway_calls_total',
    'telegram_refusals_total',
    'background_task_failures',
    'background_task_last_run_timestamp_seconds',
  ]) {
    expect([...families.keys()]).toContain(`lapak_${what}`);
  }
  expect(metrics).toMatch(/lapak_background_task_failures\{task="outbox",store="warung"\} 0/);
  const readiness = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { tasks: unknown[] };
  expect(readiness.tasks).toContainEqual({
    name: 'housekeeping',
    lastRunAt: expect.stringMatching(/^\d{4}-/),
    lastError: null,
    nextRunAt: expect.stringMatching(/^\d{4}-/),
  });
  expect(runtime.output()).not.toContain(shop.env.TELEGRAM_BOT_TOKEN);
  runtime.kill('SIGTERM');
  expect(await runtime.exited).toEqual({ code: 0, signal: null });
  rmSync(folder, { recursive: true });
});
