import { expect, onTestFinished, test } from 'vitest';
import { createSilence } from '../../../web/console/live/silence.ts';
import { startPlane } from '../../control-plane/support/plane.ts';
import { openGate } from '../../support/gate.ts';
import { fillFleet, lookAt, signIn } from './support.ts';

test('a stream is dead after two and a half beats without anything, and an event is as good as a beat', () => {
  const silence = createSilence(0);
  silence.beat(1_000, '{"everyMs":4000}');
  expect([silence.isTooLong(11_000), silence.isTooLong(11_001)]).toEqual([false, true]);
  silence.heard(10_000);
  expect([silence.isTooLong(20_000), silence.isTooLong(20_001)]).toEqual([false, true]);
  expect(silence.lookMs()).toBe(2_000);
});

test('one that never said how often it beats is given the usual time', () => {
  const silence = createSilence(0);
  expect([silence.isTooLong(25_000), silence.isTooLong(25_001)]).toEqual([false, true]);
});

test.each(['', '{', 'null', '[]', '{"everyMs":"5"}', '{"everyMs":0}', '{"everyMs":-1}', '{"everyMs":1e99}'])(
  'a heartbeat that says %s is a heartbeat, and changes no time',
  (data) => {
    const silence = createSilence(0);
    silence.beat(5_000, data);
    expect([silence.isTooLong(30_000), silence.isTooLong(30_001)]).toEqual([false, true]);
  },
);

test('a machine that slept finds its stream silent; a clock that was set back begins the count anew', () => {
  const silence = createSilence(1_000_000);
  expect(silence.isTooLong(1_000_000 + 8 * 3_600_000)).toBe(true);
  expect(silence.isTooLong(500_000)).toBe(false);
  expect([silence.isTooLong(525_000), silence.isTooLong(525_001)]).toEqual([false, true]);
});

test('a connection that dies without a word is told, and opened again once there is a way', async () => {
  // So often, the page need not be waited for; a busy machine may then look dead too, and that is caught up with as well.
  const plane = await startPlane({ intervals: { heartbeatMs: 1_000 } });
  onTestFinished(() => plane.close());
  await fillFleet(plane, 4);
  const gate = await openGate(plane.url);
  onTestFinished(gate.shut);
  const { page, complaints } = await lookAt(`${gate.url}/console/fleet`);
  const live = page.locator('[data-connection=connected]');
  await signIn(page, plane.api.key ?? '');
  await live.waitFor();
  gate.stall();
  await page.locator('[data-connection=lost]').waitFor();
  await plane.db.query(`UPDATE tenants SET store_name = 'Berubah Dalam Hening' WHERE store = 'toko-00003'`);
  gate.flow();
  await live.waitFor();
  await page.getByText('Berubah Dalam Hening').waitFor();
  expect(complaints).toEqual([]);
});
