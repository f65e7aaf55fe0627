import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../control-plane/support/eventually.ts';
import { type DrillPlatform, type DrillStore, prepareDrill } from './platform.ts';

let platform: DrillPlatform;
let store: DrillStore;
beforeAll(async () => {
  platform = await prepareDrill();
  store = await platform.openStore(['barang-1', 'barang-2', 'barang-3']);
});
afterAll(() => platform?.close());

test('without a control plane a store sells, is paid and delivers, over a restart of Postgres too; the next one takes it over as it runs', async () => {
  const pids = await store.pids();
  expect(pids).toHaveLength(1);
  const before = (await platform.owner.told()).length;
  await platform.killControlPlane();
  const refs = [await store.sell('barang-1')];
  await platform.cluster.stop();
  await platform.cluster.start();
  refs.push(await store.sell('barang-2'));
  expect(await store.pids()).toEqual(pids);

  await platform.startControlPlane();
  await eventually(async () => {
    const { state, observed, generation } = await platform.api().tenant(store.tenant.store);
    expect({ state, id: observed.id, generation: observed.generation }).toEqual({
      state: 'running',
      id: String(pids[0]),
      generation,
    });
  }, 60_000);
  refs.push(await store.sell('barang-3'));
  // What waited in the store's database has been told, and everything once: no fall, no recovery, nothing twice.
  await eventually(async () => {
    const told = (await platform.owner.told()).slice(before).join('\n');
    for (const ref of refs) expect(told.split(ref)).toHaveLength(2);
  }, 90_000);
  expect(await store.pids()).toEqual(pids);
  const kinds = await platform.incidents();
  expect(kinds).toEqual([]);
}, 300_000);
