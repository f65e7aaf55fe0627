import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { BASE_IMAGE, dockerAvailable } from '../support/docker.ts';
import { type Contained, openContained, PATIENCE_MS } from './contained.ts';
import { buildDrillImage, type EngineLine, layLine } from './engine.ts';

const available = await dockerAvailable(BASE_IMAGE);
const docker = new Docker();
const NAME = `lapak-drill-${shortId(6).toLowerCase()}`;
const IMAGE = `${NAME}:ci`;
/** Longer than LAPAK_STUCK_AFTER. */
const LATER_MS = 200_000;

describe.skipIf(!available.available)('a store in a container', { timeout: 240_000 }, () => {
  let folder: string;
  let line: EngineLine;
  let platform: Contained;

  beforeAll(async () => {
    await buildDrillImage(IMAGE);
    folder = await mkdtemp(join(tmpdir(), 'lapak-drill-'));
    line = await layLine();
    platform = await openContained({ docker, socketPath: line.socketPath, network: NAME, image: IMAGE });
  }, 240_000);
  afterAll(async () => {
    await line?.mend().catch(() => undefined);
    await platform?.close();
    await line?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 120_000);

  const change = async (what: 'stop' | 'start') => {
    const { body } = await platform.plane.api.call<{ operation: Operation }>(
      'POST',
      `/v1/tenants/${platform.tenant.store}/${what}`,
    );
    return platform.plane.api.ended(body.operation.id);
  };

  test('that somebody killed is started again, the same one, and nobody is woken', async () => {
    const { id } = await platform.container();
    const before = await platform.life(id);
    await docker.getContainer(id).kill();
    await eventually(async () => {
      const now = await platform.life(id);
      expect(now.running).toBe(true);
      expect(now.since).not.toBe(before.since);
    }, PATIENCE_MS);
    await platform.isUpAgain(id);
    await platform.wokeNobody();
  });

  test('that took more memory than it may is ended and started by the engine, and nobody is woken', async () => {
    const { id } = await platform.container();
    const since = Math.floor(Date.now() / 1000);
    const { restarts } = await platform.life(id);
    // By hand from within: a signal by way of the engine would count as an end that somebody wanted.
    await execa('docker', ['exec', id, 'node', '-e', "process.kill(1, 'SIGUSR2')"], { reject: false });
    await eventually(
      async () => expect(await platform.life(id)).toMatchObject({ running: true, restarts: restarts + 1 }),
      PATIENCE_MS,
    );
    const until = Math.ceil(Date.now() / 1000) + 1;
    const args = ['events', '--since', `${since}`, '--until', `${until}`, '--filter', `container=${id}`];
    const { stdout } = await execa('docker', [...args, '--format', '{{.Action}} {{.Actor.Attributes.exitCode}}']);
    expect(stdout).toMatch(/^oom /m);
    expect(stdout).toContain('die 137');
    await platform.isUpAgain(id);
    await platform.wokeNobody();
  });

  test('that somebody removed is made anew, once, and nobody is woken', async () => {
    const one = await platform.container();
    await one.remove({ force: true });
    const { id } = await eventually(platform.container, PATIENCE_MS);
    expect(id).not.toBe(one.id);
    await platform.isUpAgain(id);
    await platform.wokeNobody();
  });

  test('whose image went while it was stopped does not start, and says which; with the image it starts, the same one', async () => {
    const { id } = await platform.container();
    const { Id: content } = await docker.getImage(IMAGE).inspect();
    const file = join(folder, 'image.tar');
    await execa('docker', ['save', '-o', file, IMAGE]);
    expect(await change('stop')).toMatchObject({ state: 'succeeded' });
    await docker.getImage(content).remove({ force: true });
    const failed = await change('start');
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'IMAGE_NOT_FOUND' } });
    expect(failed.error?.message).toContain(IMAGE);
    expect((await platform.life(id)).running).toBe(false);
    await execa('docker', ['load', '-i', file]);
    expect((await docker.getImage(IMAGE).inspect()).Id).toBe(content);
    expect(await change('start')).toMatchObject({ state: 'succeeded' });
    await platform.serves(id);
    await eventually(async () => expect(await platform.told()).toEqual(TRANSCRIPT.slice(0, 1)), PATIENCE_MS);
  });

  test('serves on while the connection to the engine is cut (not the engine restarted); the cut is told once, its end once', async () => {
    const { id } = await platform.container();
    const before = await platform.life(id);
    await line.cut();
    await eventually(() => expect(platform.plane.services.reconciler.trouble()).toBeDefined(), PATIENCE_MS);
    platform.advance(LATER_MS);
    await eventually(async () => expect(await platform.told()).toEqual(TRANSCRIPT.slice(0, 2)), PATIENCE_MS);
    expect(await platform.answers()).toBe(true);
    await line.mend();
    await eventually(async () => expect(await platform.told()).toEqual(TRANSCRIPT), PATIENCE_MS);
    await platform.serves(id);
    expect(await platform.life(id)).toEqual(before);
    expect(await platform.told()).toEqual(TRANSCRIPT);
  });
});

/** All that the owner reads in these drills, from the first to the last. */
const TRANSCRIPT = [
  expect.stringMatching(/Warung Latihan[\s\S]*Operasi gagal[\s\S]*lapak-drill-/),
  expect.stringMatching(/Lapak[\s\S]*Gangguan pada sistem pusat[\s\S]*The Docker engine does not answer/),
  expect.stringMatching(/Lapak[\s\S]*Sistem pusat pulih/),
];
