import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation, Problem, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

const REAL = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');
const MINUTES = 60_000;
const API_KEY = 'key-of-a-sandbox-project';

let plane: TestPlane;
let shop: Tenant;
let failedOne: Operation;
const details = ({ steps }: Operation) => Object.fromEntries(steps.map(({ name, detail }) => [name, detail]));
const logsOf = (tenant: Tenant) => join(plane.deployments, `bot-${tenant.store}-${tenant.gateway}`, 'logs');

async function rehearse(): Promise<Operation> {
  const path = `/v1/tenants/${shop.store}/rehearse`;
  const { body } = await plane.api.call<{ operation: Operation }>('POST', path);
  return plane.api.ended(body.operation.id);
}

/** Rows of the store that a sale would have left, and the people that it knows. */
async function rowsOfSales(): Promise<number> {
  const db = createDb({ connectionString: plane.databaseUrl(shop.database), max: 1 });
  try {
    const [row] = await db.query<{ rows: number }>(
      `SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM payments) + (SELECT count(*) FROM stock_units)
            + (SELECT count(*) FROM products) + (SELECT count(*) FROM ledger_entries) + (SELECT count(*) FROM users) AS rows`,
    );
    return row?.rows ?? -1;
  } finally {
    await db.close();
  }
}

async function newestReport(): Promise<string> {
  const folder = join(logsOf(shop), 'maintenance');
  const name = (await readdir(folder))
    .filter((each) => each.startsWith('rehearsal-'))
    .sort()
    .at(-1);
  return readFile(join(folder, name ?? ''), 'utf8');
}

describe.runIf(await backupsAvailable())('the rehearsal of a store', () => {
  beforeAll(async () => {
    plane = await startPlane({
      runtimeEntry: REAL,
      // A machine at its limits is not what this is about.
      env: {
        LAPAK_TENANT_READY_TIMEOUT: '120',
        HEALTH_CPU_THRESHOLD: '100',
        HEALTH_MEMORY_THRESHOLD: '100',
        HEALTH_DISK_THRESHOLD: '100',
      },
    });
    const apiKey = API_KEY;
    plane.sandbox.pakasir.createProject({ slug: 'latihan', apiKey, sandbox: true });
    shop = await plane.api.open({ telegramBotToken: plane.newBot().token, pakasir: { slug: 'latihan', apiKey } });
    const webhookUrl = `http://127.0.0.1:${shop.ports?.pakasir}/webhooks/pakasir`;
    plane.sandbox.pakasir.createProject({ slug: 'latihan', apiKey, webhookUrl });
  }, 3 * MINUTES);
  afterAll(() => plane?.close());

  test('tells what is wrong and goes on with the rest', { timeout: 10 * MINUTES }, async () => {
    plane.sandbox.pakasir.createProject({ slug: 'latihan', apiKey: 'another-key-than-the-store' });
    await writeFile(join(logsOf(shop), 'rehearsal.fill'), 'left by a kill');
    const ended = await rehearse();
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'REHEARSAL_FAILED' } });
    expect(ended.error?.message).toContain('unpaid payment');
    expect(details(ended)).toMatchObject({
      'unpaid payment': expect.stringMatching(/^failed: Pakasir makes no invoice .* To fix: Check PAKASIR/),
      kill: expect.stringMatching(/^ok: /),
    });
    expect(await newestReport()).toMatch(/\| unpaid payment \| failed \| .* \| Check PAKASIR_PROJECT_SLUG/);
    expect(existsSync(join(logsOf(shop), 'rehearsal.fill'))).toBe(false);
    failedOne = ended;
  });

  test('plays all of it again on a retry, writes the report and leaves nothing behind', {
    timeout: 10 * MINUTES,
  }, async () => {
    plane.sandbox.pakasir.createProject({ slug: 'latihan', apiKey: API_KEY });
    await plane.api.call('POST', `/v1/operations/${failedOne.id}/retry`);
    const ended = await plane.api.ended(failedOne.id);
    expect(ended).toMatchObject({ state: 'succeeded', error: null, attempt: 2 });
    expect(details(ended)).toEqual({
      token: expect.stringMatching(/^ok: .*the bot of this store/),
      updates: expect.stringMatching(/^ok: fetched by the store itself/),
      ports: expect.stringMatching(/^ok: .*loopback only/),
      'time zone': expect.stringMatching(/^ok: Asia\/Jakarta, where it is \d{4}-/),
      'free space': expect.stringMatching(/^(ok|warning): the store's files: \d+ MiB free/),
      'unpaid payment': expect.stringMatching(/^ok: .*ended unpaid.* expired an hour later, and gave back the stock/),
      'paid payment': expect.stringMatching(/^ok: .*settled once.*delivered; its webhook reached the store/),
      backup: expect.stringMatching(/^ok: backup-.*verified$/),
      restore: expect.stringMatching(/^ok: backup-.* \d+ rows, as many/),
      alert: expect.stringMatching(/^ok: an incident began \(\d+ MB of logs .*and ended/),
      'memory and disk': expect.stringMatching(
        /^ok: incidents began \(memory: \d+ % .*lowered for a rehearsal.* and ended/,
      ),
      kill: expect.stringMatching(/^ok: killed without warning, ready again after \d+ s; /),
      report: expect.stringContaining('rehearsal-'),
    });
    expect(await newestReport()).toMatch(/^# Rehearsal of .*\n(.*\n)*\| paid payment \| ok \|/);
    const incidents = await plane.db.query<{ key: string }>(
      "SELECT key FROM incidents WHERE closed_at IS NULL AND (store = $1 OR key = 'platform:disk')",
      [shop.store],
    );
    expect(incidents).toEqual([]);
    expect(await rowsOfSales()).toBe(0);
    expect(existsSync(join(logsOf(shop), 'rehearsal.fill'))).toBe(false);
    const scratch = await plane.db.query("SELECT datname FROM pg_database WHERE datname LIKE '%\\_\\_drill\\_%'");
    expect(scratch.filter((row) => String((row as { datname: string }).datname).includes(shop.database))).toEqual([]);
  });

  test('its kills are no crashes of the store', { timeout: 5 * MINUTES }, async () => {
    // An operation that has just ended may still hold it.
    await expect
      .poll(async () => (await plane.api.call('POST', `/v1/tenants/${shop.store}/health`)).status, { timeout: MINUTES })
      .toBe(200);
    const memory = await plane.db.query<{ restarts: number; crashes: number }>(
      'SELECT restarts, crashes FROM tenant_health h JOIN tenants t ON t.id = h.tenant_id WHERE t.store = $1',
      [shop.store],
    );
    expect(memory).toEqual([{ restarts: 2, crashes: 0 }]);
  });

  test('is refused while the store is stopped', { timeout: 5 * MINUTES }, async () => {
    const stop = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${shop.store}/stop`);
    await plane.api.ended(stop.body.operation.id);
    const refused = await plane.api.call<Problem>('POST', `/v1/tenants/${shop.store}/rehearse`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'TENANT_STATE_CONFLICT' } });
  });
});
