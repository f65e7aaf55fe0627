import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shortId } from '../../kernel/ids.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { BASE_IMAGE, dockerAvailable } from '../support/docker.ts';
import { type Contained, openContained, PATIENCE_MS } from './contained.ts';
import { buildDrillImage } from './engine.ts';
import { noEngineOfOurOwn, type OwnEngine, startOwnEngine } from './own-engine.ts';

const available = (await dockerAvailable(BASE_IMAGE)).available && !(await noEngineOfOurOwn());
const NAME = `lapak-drill-${shortId(6).toLowerCase()}`;
const IMAGE = `${NAME}:ci`;
/** Longer than LAPAK_STUCK_AFTER. */
const LATER_MS = 200_000;

describe.skipIf(!available)('a restart of dockerd', { timeout: 240_000 }, () => {
  let engine: OwnEngine;
  let platform: Contained;

  beforeAll(async () => {
    await buildDrillImage(IMAGE);
    engine = await startOwnEngine();
    await engine.load(IMAGE);
    platform = await openContained({ ...engine, network: NAME, image: IMAGE });
  }, 240_000);
  afterAll(async () => {
    await platform?.close();
    await engine?.close();
    await execa('docker', ['rmi', '--force', IMAGE], { reject: false });
  }, 120_000);

  /** `meanwhile` nothing of the engine is there, and the control plane knows and goes on. */
  async function restart(signal: 'SIGTERM' | 'SIGKILL', meanwhile = async () => {}): Promise<void> {
    await engine.stop(signal);
    await expect(engine.docker.ping()).rejects.toThrow();
    await eventually(() => expect(platform.plane.services.reconciler.trouble()).toBeDefined(), PATIENCE_MS);
    expect((await platform.plane.api.call('GET', '/v1/tenants')).status).toBe(200);
    await meanwhile();
    await engine.start();
  }
  /** In the container that it was in, started anew. */
  async function isUpAnew(id: string, before: { since: string }): Promise<void> {
    await platform.isUpAgain(id);
    expect((await platform.life(id)).since).not.toBe(before.since);
  }

  test('that ends as it should takes the store with it and brings it back, and nobody is woken', async () => {
    const { id } = await platform.container();
    const before = await platform.life(id);
    await restart('SIGTERM', async () => expect(await platform.answers()).toBe(false));
    await isUpAnew(id, before);
    await platform.wokeNobody();
  });

  test('that was killed leaves the store to its control plane, which starts it again, and nobody is woken', async () => {
    const { id } = await platform.container();
    const before = await platform.life(id);
    await restart('SIGKILL');
    await isUpAnew(id, before);
    await platform.wokeNobody();
  });

  test('that takes longer than it may is told once, and its end once', async () => {
    const { id } = await platform.container();
    const before = await platform.life(id);
    await restart('SIGTERM', async () => {
      platform.advance(LATER_MS);
      await eventually(async () => expect(await platform.told()).toEqual(TRANSCRIPT.slice(0, 1)), PATIENCE_MS);
    });
    await isUpAnew(id, before);
    await eventually(async () => expect(await platform.told()).toEqual(TRANSCRIPT), PATIENCE_MS);
  });
});

/** All that the owner reads in these drills, from the first to the last. */
const TRANSCRIPT = [
  expect.stringMatching(/Lapak[\s\S]*Gangguan pada sistem pusat[\s\S]*The Docker engine does not answer/),
  expect.stringMatching(/Lapak[\s\S]*Sistem pusat pulih/),
];
