import { chown, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { logLimitTask } from '../../control-plane/monitoring/health/index.ts';
import { useBelow } from '../../control-plane/monitoring/health/measure.ts';
import { AppError } from '../../kernel/errors.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';

const MB = 1024 * 1024;
const { signal } = new AbortController();

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_STORE_LOGS_MB: '8', ENABLE_AUTO_HEALTHCHECK: 'false' } });
});
afterAll(() => plane.close());

const open = () => plane.api.open({ telegramBotToken: plane.newBot().token });

test('a store that fills its folder of logs is suspended alone, with words, and resumes when they are deleted', async () => {
  const [flooding, other] = [await open(), await open()];
  const { store, folder } = flooding;
  const flood = join(folder, 'logs', 'audit', 'flood.bin');
  await mkdir(join(folder, 'logs', 'audit'), { recursive: true });
  await writeFile(flood, Buffer.alloc(9 * MB));
  // The disk loses too little to be looked at before a minute is over; a start looks at once.
  await plane.restart();
  await expect.poll(async () => (await plane.api.tenant(store)).state).toBe('suspended');
  const told = await plane.db.query('SELECT severity, store, detail FROM incidents WHERE kind = $1', ['logs_full']);
  const detail = expect.stringMatching(
    new RegExp(`^suspended: ${folder}/logs has \\d+ MB, and 8 MB are allowed\\..*lapak tenant resume ${store}$`),
  );
  expect(told).toEqual([{ severity: 'error', store, detail }]);
  expect((await plane.api.tenant(store)).reason).toBe('folder log melebihi batas 8 MB');
  expect((await plane.api.tenant(other.store)).state).toBe('running');
  await rm(flood);
  const { body } = await plane.api.call<{ operation: { id: string } }>('POST', `/v1/tenants/${store}/resume`);
  expect((await plane.api.ended(body.operation.id)).state).toBe('succeeded');
});

test('a store that an operation holds is stopped meanwhile, and suspended as soon as it is free', async () => {
  const { store, folder } = await open();
  await writeFile(join(folder, 'logs', 'flood.bin'), Buffer.alloc(2 * MB));
  const did: string[] = [];
  let held = true;
  const { db, deployments, services } = plane;
  const task = logLimitTask({
    ...{ db, deployments, alerts: services.alerts, log: pino({ level: 'silent' }), limitMb: 1 },
    driver: { stop: async (name) => void did.push(`stop ${name}`) },
    async suspend(name) {
      if (held) throw new AppError('OPERATION_IN_PROGRESS', 'Another operation is at work.');
      did.push(`suspend ${name}`);
      return { id: 'an-operation' };
    },
  });
  await task.run(signal);
  held = false;
  await task.run(signal);
  expect(did).toEqual([`stop ${store}`, `suspend ${store}`]);
});

test('a store is not suspended without an alert: where none can be written, it is tried again', async () => {
  const { store, folder } = await open();
  await writeFile(join(folder, 'logs', 'flood.bin'), Buffer.alloc(2 * MB));
  const { db, deployments, services } = plane;
  let isBroken = true;
  const notify: typeof services.alerts.notify = async (...alert) => {
    if (isBroken) throw new Error('the alert cannot be written');
    return services.alerts.notify(...alert);
  };
  const task = logLimitTask({
    ...{ db, deployments, log: pino({ level: 'silent' }), limitMb: 1, alerts: { ...services.alerts, notify } },
    driver: { stop: async () => {} },
    suspend: services.tenants.suspend,
  });
  await task.run(signal);
  expect((await plane.api.tenant(store)).state).toBe('running');
  isBroken = false;
  await task.run(signal);
  await expect.poll(async () => (await plane.api.tenant(store)).state).toBe('suspended');
  const alerts = await plane.db.query('SELECT FROM incidents WHERE kind = $1 AND store = $2', ['logs_full', store]);
  expect(alerts).toHaveLength(1);
});

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lapak-logs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('what a folder takes is what its files take, not what links lead to or files with holes claim', async () => {
  const folder = await folderOf();
  await writeFile(join(folder, 'a.log'), Buffer.alloc(MB, 1));
  await writeFile(join(folder, 'holes.log'), '');
  await truncate(join(folder, 'holes.log'), 1024 * MB);
  await symlink('/usr', join(folder, 'usr'));
  const { bytes, hidden } = await useBelow(folder, signal);
  expect(hidden).toBe(false);
  expect(bytes).toBeGreaterThanOrEqual(MB);
  expect(bytes).toBeLessThan(2 * MB);
});

test('a folder that hides what it takes, by its depth or by the number of its files, is known to', async () => {
  const deep = await folderOf();
  await mkdir(join(deep, ...Array.from({ length: 20 }, () => 'd')), { recursive: true });
  expect(await useBelow(deep, signal)).toMatchObject({ hidden: true });
  const many = await folderOf();
  for (let n = 0; n < 20_001; n += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, m) => writeFile(join(many, `${n + m}`), '')));
  }
  expect(await useBelow(many, signal)).toMatchObject({ hidden: true });
});

const isRoot = process.geteuid?.() === 0;

test('a folder that the store closed hides what it takes', async () => {
  const folder = await folderOf();
  const closed = join(folder, 'closed');
  if (isRoot) await chown(folder, NOBODY, NOBODY);
  const seen = await asNobody(async () => {
    await mkdir(closed, { mode: 0o000 });
    return useBelow(folder, signal);
  });
  expect(seen).toMatchObject({ hidden: true });
});

const NOBODY = 65_534;

/** Root reads everything: the work is done as somebody else. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
