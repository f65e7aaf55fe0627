import { chmod } from 'node:fs/promises';
import type Docker from 'dockerode';
import pino from 'pino';
import { expect } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { createDockerDriver, type Driver } from '../../control-plane/fleet/drivers/index.ts';
import { newSlug } from '../control-plane/support/api.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { startOwner } from '../control-plane/support/owner.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';

const OWNER_TOKEN = `626262:${'e'.repeat(35)}`;
const OWNER_ID = 8002;
export const PATIENCE_MS = 60_000;

/** A control plane with one store, in a container of an engine, and an owner whose chat is read as a whole. */
export type Contained = {
  plane: TestPlane;
  tenant: Tenant;
  /** Sets the clock forward. */
  advance(ms: number): void;
  /** The only one there is. */
  container(): Promise<Docker.Container>;
  life(id: string): Promise<{ pid: number; running: boolean; since: string; restarts: number }>;
  answers(): Promise<boolean>;
  /** The store runs in that container, in no other, and its control plane knows it for what it wants. */
  serves(id: string): Promise<void>;
  /** It serves, and its health was looked at by itself since this run of it began: whatever wakes somebody had its turn. */
  isUpAgain(id: string): Promise<void>;
  /** All that the owner read since the store was opened, and nothing waits to be said. */
  told(): Promise<string[]>;
  /** The owner read nothing yet, nor was there anything to read. */
  wokeNobody(): Promise<void>;
  close(): Promise<void>;
};

export async function openContained(parts: { socketPath: string; docker: Docker; network: string; image: string }) {
  const { docker, socketPath, network, image } = parts;
  const store = newSlug();
  let ahead = 0;
  const driver = createDockerDriver({ docker: { socketPath }, network, log: pino({ level: 'silent' }) });
  const plane = await startPlane({
    driver: seesOnly(store, driver),
    clock: { now: () => new Date(Date.now() + ahead) },
    intervals: { sweepMs: 1_000, watchdogMs: 500 },
    env: {
      LAPAK_DRIVER: 'docker',
      LAPAK_IMAGE: image,
      LAPAK_TENANT_READY_TIMEOUT: '60',
      // A machine at its limits is not what these are about.
      ...{ HEALTH_CPU_THRESHOLD: '100', HEALTH_DISK_THRESHOLD: '100' },
      ...{ OWNER_BOT_TOKEN: OWNER_TOKEN, TELEGRAM_OWNER_IDS: `${OWNER_ID}` },
    },
  });
  // The user of the containers passes through; mkdtemp lets in only its maker.
  await chmod(plane.home, 0o755);
  const owner = await startOwner(plane.sandboxUrl, OWNER_TOKEN, OWNER_ID);
  const telegramBotToken = plane.newBot().token;
  const tenant = await plane.api.open({ store, telegramBotToken, storeName: 'Warung Latihan' });
  const isSaid = async () =>
    expect(await plane.db.query('SELECT id FROM owner_messages WHERE sent_at IS NULL')).toEqual([]);
  await eventually(isSaid, PATIENCE_MS);
  const opening = (await owner.told()).length;
  const containers = () => docker.listContainers({ all: true, filters: { label: [`lapak.tenant=${store}`] } });
  const ready = async () => (await fetch(`http://127.0.0.1:${tenant.ports?.telegram}/readyz`)).status === 200;

  async function container() {
    const found = await containers();
    expect(found).toHaveLength(1);
    return docker.getContainer(found[0]?.Id as string);
  }

  async function life(id: string) {
    const { State, RestartCount } = await docker.getContainer(id).inspect();
    return { pid: State.Pid, running: State.Running, since: State.StartedAt, restarts: RestartCount };
  }
  const serves = (id: string) =>
    eventually(async () => {
      const shown = await plane.api.tenant(store);
      expect(shown).toMatchObject({ state: 'running', reason: null, operation: null });
      expect(shown.observed).toMatchObject({ state: 'running', generation: shown.generation, id });
      expect((await container()).id).toBe(id);
      expect(await ready()).toBe(true);
    }, PATIENCE_MS);
  async function told() {
    await eventually(isSaid, PATIENCE_MS);
    return (await owner.told()).slice(opening);
  }

  const contained: Contained = {
    plane,
    tenant,
    advance(ms) {
      ahead += ms;
    },
    container,
    life,
    answers: () => ready().catch(() => false),
    serves,
    async isUpAgain(id) {
      await serves(id);
      const { since } = await life(id);
      const looks = () =>
        plane.db.query(
          `SELECT h.id FROM health_checks h JOIN tenants t ON t.id = h.tenant_id
           WHERE t.store = $1 AND h.occasion <> 'request' AND h.ok AND h.at > $2`,
          [store, new Date(since)],
        );
      await eventually(async () => expect(await looks()).not.toEqual([]), PATIENCE_MS);
    },
    told,
    async wokeNobody() {
      expect(await told()).toEqual([]);
      expect(await plane.db.query('SELECT kind FROM incidents')).toEqual([]);
    },
    async close() {
      await plane.close();
      for (const { Id } of await containers()) await docker.getContainer(Id).remove({ force: true });
      await driver.close();
      const networks = await docker.listNetworks({ filters: { name: [network] } });
      for (const { Id } of networks) await docker.getNetwork(Id as string).remove();
      await docker.getImage(image).remove({ force: true });
    },
  };
  return contained;
}

/** The engine is shared with tests beside this one, whose stores would be runtimes that nobody knows. */
function seesOnly(store: string, driver: Driver): Driver {
  return { ...driver, observeAll: async () => (await driver.observeAll()).filter((seen) => seen.store === store) };
}
