import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/contract/index.ts';
import { createDockerDriver, type Driver } from '../../control-plane/drivers/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { newSlug } from '../control-plane/support/api.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { type Owner, startOwner } from '../control-plane/support/owner.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { BASE_IMAGE, dockerAvailable } from '../support/docker.ts';
import { buildDrillImage, type EngineLine, layLine } from './engine.ts';

const available = await dockerAvailable(BASE_IMAGE);
const docker = new Docker();
const OWNER_TOKEN = `626262:${'e'.repeat(35)}`;
const OWNER_ID = 8002;
const STORE = newSlug();
const NAME = `lapak-drill-${shortId(6).toLowerCase()}`;
const IMAGE = `${NAME}:ci`;
/** Longer than LAPAK_STUCK_AFTER. */
const LATER_MS = 200_000;
const PATIENCE_MS = 60_000;

describe.skipIf(!available.available)('a store in a container', { timeout: 240_000 }, () => {
  let folder: string;
  let line: EngineLine;
  let plane: TestPlane;
  let owner: Owner;
  let tenant: Tenant;
  let ahead = 0;
  /** Messages up to the opening of the store. */
  let opening = 0;

  beforeAll(async () => {
    await buildDrillImage(IMAGE);
    folder = await mkdtemp(join(tmpdir(), 'lapak-drill-'));
    line = await layLine();
    plane = await startPlane({
      driver: seesOnly(
        STORE,
        createDockerDriver({
          docker: { socketPath: line.socketPath },
          network: NAME,
          log: pino({ level: 'silent' }),
        }),
      ),
      clock: { now: () => new Date(Date.now() + ahead) },
      rhythm: { sweepMs: 1_000, watchMs: 500 },
      env: {
        LAPAK_DRIVER: 'docker',
        LAPAK_IMAGE: IMAGE,
        LAPAK_TENANT_READY_TIMEOUT: '60',
        OWNER_BOT_TOKEN: OWNER_TOKEN,
        TELEGRAM_OWNER_IDS: `${OWNER_ID}`,
      },
    });
    // The user of the containers passes through; mkdtemp lets in only its maker.
    await chmod(plane.home, 0o755);
    owner = await startOwner(plane.sandboxUrl, OWNER_TOKEN, OWNER_ID);
    const telegramBotToken = plane.newBot().token;
    tenant = await plane.api.open({ store: STORE, telegramBotToken, storeName: 'Warung Latihan' });
    await eventually(isSaid, PATIENCE_MS);
    opening = (await owner.told()).length;
  }, 240_000);
  afterAll(async () => {
    await line?.mend().catch(() => undefined);
    await plane?.close();
    for (const { Id } of await containers()) await docker.getContainer(Id).remove({ force: true });
    await line?.close();
    const networks = await docker.listNetworks({ filters: { name: [NAME] } });
    for (const { Id } of networks) await docker.getNetwork(Id as string).remove();
    await docker.getImage(IMAGE).remove({ force: true });
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 120_000);

  const isSaid = async () =>
    expect(await plane.db.query('SELECT id FROM owner_messages WHERE sent_at IS NULL')).toEqual([]);
  /** All that the owner read since, and nothing waits to be said. */
  async function told(): Promise<string[]> {
    await eventually(isSaid, PATIENCE_MS);
    return (await owner.told()).slice(opening);
  }
  const containers = () => docker.listContainers({ all: true, filters: { label: [`lapak.tenant=${STORE}`] } });
  /** The only one there is. */
  async function container() {
    const found = await containers();
    expect(found).toHaveLength(1);
    return docker.getContainer(found[0]?.Id as string);
  }
  async function life(id: string) {
    const { State, RestartCount } = await docker.getContainer(id).inspect();
    return { pid: State.Pid, running: State.Running, since: State.StartedAt, restarts: RestartCount };
  }
  /** The store runs in that container, in no other, and its control plane knows it for what it wants. */
  const serves = (id: string) =>
    eventually(async () => {
      const shown = await plane.api.tenant(STORE);
      expect(shown).toMatchObject({ state: 'running', reason: null, operation: null });
      expect(shown.observed).toMatchObject({ state: 'running', generation: shown.generation, id });
      expect((await container()).id).toBe(id);
      expect((await fetch(`http://127.0.0.1:${shown.ports?.telegram}/readyz`)).status).toBe(200);
    }, PATIENCE_MS);
  const change = async (what: 'stop' | 'start') => {
    const { body } = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${tenant.store}/${what}`);
    return plane.api.ended(body.operation.id);
  };

  test('that somebody killed is started again, the same one, and nobody is woken', async () => {
    const { id } = await container();
    const before = await life(id);
    await docker.getContainer(id).kill();
    await eventually(async () => {
      const now = await life(id);
      expect(now.running).toBe(true);
      expect(now.since).not.toBe(before.since);
    }, PATIENCE_MS);
    await serves(id);
    expect(await told()).toEqual([]);
  });

  test('that took more memory than it may is ended and started by the engine, and nobody is woken', async () => {
    const { id } = await container();
    const since = Math.floor(Date.now() / 1000);
    const { restarts } = await life(id);
    // By hand from within: a signal by way of the engine would count as an end that somebody wanted.
    await execa('docker', ['exec', id, 'node', '-e', "process.kill(1, 'SIGUSR2')"], { reject: false });
    await eventually(
      async () => expect(await life(id)).toMatchObject({ running: true, restarts: restarts + 1 }),
      PATIENCE_MS,
    );
    const until = Math.ceil(Date.now() / 1000) + 1;
    const args = ['events', '--since', `${since}`, '--until', `${until}`, '--filter', `container=${id}`];
    const { stdout } = await execa('docker', [...args, '--format', '{{.Action}} {{.Actor.Attributes.exitCode}}']);
    expect(stdout).toMatch(/^oom /m);
    expect(stdout).toContain('die 137');
    await serves(id);
    expect(await told()).toEqual([]);
  });

  test('that somebody removed is made anew, once, and nobody is woken', async () => {
    const one = await container();
    await one.remove({ force: true });
    const { id } = await eventually(container, PATIENCE_MS);
    expect(id).not.toBe(one.id);
    await serves(id);
    expect(await told()).toEqual([]);
  });

  test('whose image went while it was stopped does not start, and says which; with the image it starts, the same one', async () => {
    const { id } = await container();
    const { Id: content } = await docker.getImage(IMAGE).inspect();
    const file = join(folder, 'image.tar');
    await execa('docker', ['save', '-o', file, IMAGE]);
    expect(await change('stop')).toMatchObject({ state: 'succeeded' });
    await docker.getImage(content).remove({ force: true });
    const failed = await change('start');
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'DRIVER_UNAVAILABLE' } });
    expect(failed.error?.message).toContain(IMAGE);
    expect((await life(id)).running).toBe(false);
    await execa('docker', ['load', '-i', file]);
    expect((await docker.getImage(IMAGE).inspect()).Id).toBe(content);
    expect(await change('start')).toMatchObject({ state: 'succeeded' });
    await serves(id);
    await eventually(async () => expect(await told()).toEqual(TRANSCRIPT.slice(0, 1)), PATIENCE_MS);
  });

  test('serves on while the connection to the engine is cut (not the engine restarted); the cut is told once, its end once', async () => {
    const { id } = await container();
    const before = await life(id);
    await line.cut();
    await eventually(() => expect(plane.services.reconciler.trouble()).toBeDefined(), PATIENCE_MS);
    ahead += LATER_MS;
    await eventually(async () => expect(await told()).toEqual(TRANSCRIPT.slice(0, 2)), PATIENCE_MS);
    expect((await fetch(`http://127.0.0.1:${tenant.ports?.telegram}/readyz`)).status).toBe(200);
    await line.mend();
    await eventually(async () => expect(await told()).toEqual(TRANSCRIPT), PATIENCE_MS);
    await serves(id);
    expect(await life(id)).toEqual(before);
    expect(await told()).toEqual(TRANSCRIPT);
  });
});

/** All that the owner reads in these drills, from the first to the last. */
const TRANSCRIPT = [
  expect.stringMatching(/Warung Latihan[\s\S]*Operasi gagal[\s\S]*lapak-drill-/),
  expect.stringMatching(/Lapak[\s\S]*Gangguan pada sistem pusat[\s\S]*The Docker engine does not answer/),
  expect.stringMatching(/Lapak[\s\S]*Sistem pusat pulih/),
];

/** The engine is shared with tests beside this one, whose stores would be runtimes that nobody knows. */
function seesOnly(store: string, driver: Driver): Driver {
  return { ...driver, observeAll: async () => (await driver.observeAll()).filter((seen) => seen.store === store) };
}
