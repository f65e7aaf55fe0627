import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import type { Driver } from '../../../control-plane/fleet/drivers/index.ts';
import { openStores, rolloutsOf } from '../../control-plane/rollouts/support.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { createStillDriver } from '../../support/still-driver.ts';
import { newKey, openConsole } from './support.ts';

const GOOD = 'good:1';
const BAD = 'bad:2';
const STORES = 20;
const TOGETHER = 10;

/** Twenty processes are not what this asks about. A runtime of the bad image ends as soon as it was started. */
const engine = createStillDriver();
const driver: Driver = {
  ...engine,
  async ensure(spec) {
    const seen = await engine.ensure(spec);
    if (spec.image !== BAD) return seen;
    const { store, ...found } = seen;
    engine.show(store, { ...found, state: 'exited', exit: { code: 3, outOfMemory: false } });
    return engine.observe(store);
  },
};

let plane: TestPlane;
let key: string;
let stores: string[];
beforeAll(async () => {
  plane = await startPlane({
    driver,
    env: { LAPAK_TENANT_READY_TIMEOUT: '60', LAPAK_UPGRADE_WATCH: '0', ENABLE_AUTO_HEALTHCHECK: 'false' },
  });
  ({ key } = await newKey(plane, 'operator'));
  // Each is followed until it runs, and a key follows ten streams at a time.
  stores = [];
  for (let opened = 0; opened < STORES; opened += TOGETHER) {
    stores.push(...(await openStores(plane, TOGETHER, { image: GOOD })).map(({ store }) => store));
  }
});
afterAll(async () => {
  await plane.close();
  await engine.end();
});

const { show, stores: linesOf } = rolloutsOf(() => plane.api);

test('a bad image, brought to twenty stores from the fleet, stops at the canary and is taken back there', async () => {
  const { page, complaints } = await openConsole(plane, '/fleet', { key });
  await page.getByText(`${STORES} toko`, { exact: true }).waitFor();
  await page.getByRole('button', { name: /Pilih semua yang cocok/ }).click();
  await page.getByRole('button', { name: 'Tingkatkan', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Image').fill(BAD);
  await dialog.getByLabel('Tanpa cadangan lebih dulu').check();
  await dialog.getByText('Kenari: 1').waitFor();
  await dialog.getByRole('button', { name: `Tingkatkan (${STORES})` }).click();

  await page.waitForURL(/rollouts\/[^/]+$/);
  const why = page.getByRole('region', { name: 'Mengapa berhenti' });
  await why.getByText('The canary failed: 1 of its stores.').waitFor();
  const canary = page.getByRole('progressbar', { name: 'Kenari' });
  await canary.and(page.locator('[aria-valuenow="1"][aria-valuemax="1"]')).waitFor();
  for (const turn of ['Teruskan', 'Hentikan']) await page.getByRole('button', { name: turn, exact: true }).waitFor();
  const list = page.getByRole('list', { name: 'Toko' });
  await page.getByRole('button', { name: 'gagal 1' }).click();
  await list.getByText('UPGRADE_ROLLED_BACK').waitFor();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
  await page.getByRole('button', { name: 'menunggu 19' }).click();
  await expect.poll(() => list.getByRole('listitem').count()).toBeGreaterThan(1);

  // What the screen says is so: one store was tried and has its image again, and nobody asked anything of the others.
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  expect(await show(id)).toMatchObject({
    ...{ state: 'halted', total: STORES, at: 0 },
    counts: { failed: 1, waiting: 19, running: 0, succeeded: 0 },
  });
  const lines = await linesOf(id);
  const tried = lines.filter(({ operation }) => operation !== null);
  expect(tried).toMatchObject([{ state: 'failed', wave: 0 }]);
  const tenants = await Promise.all(stores.map((store) => plane.api.tenant(store)));
  expect(tenants.map(({ image, state }: Tenant) => [image, state])).toEqual(Array(STORES).fill([GOOD, 'running']));
  const { body } = await plane.api.call<{ operations: Operation[] }>('GET', '/v1/operations?limit=100');
  expect(body.operations.filter(({ kind }) => kind === 'upgrade').map(({ store }) => store)).toEqual([tried[0]?.store]);

  await page.getByRole('button', { name: 'Hentikan', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Hentikan' }).click();
  await page.getByRole('button', { name: 'dilewati 19' }).waitFor();
  expect(await show(id)).toMatchObject({ state: 'aborted', counts: { failed: 1, skipped: 19 } });
  expect(complaints).toEqual([]);
});
