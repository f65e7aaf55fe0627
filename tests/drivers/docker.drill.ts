import Docker from 'dockerode';
import { execa } from 'execa';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerDriver } from '../../control-plane/fleet/drivers/docker/driver.ts';
import { createNetwork } from '../../control-plane/fleet/drivers/docker/network.ts';
import { planNetwork } from '../../control-plane/fleet/drivers/docker/network-plan.ts';
import type { DriverEvent, LogRequest, RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import { shortId } from '../../kernel/ids.ts';
import { BASE_IMAGE, dockerAvailable } from '../support/docker.ts';
import { describeContract } from './contract.ts';
import { eventually, makeSpec, say, whoAnswers } from './stores.ts';

const IMAGE = 'lapak-fake-runtime:ci';
const available = await dockerAvailable(BASE_IMAGE);
const docker = new Docker();
const log = pino({ level: 'silent' });
const network = `lapak-test-${shortId(6)}`;
const create = () => createDockerDriver({ network, log });

describe.skipIf(!available.available)('containers', () => {
  beforeAll(async () => {
    const args = ['build', '--quiet', '--build-arg', `BASE_IMAGE=${BASE_IMAGE}`, '-t', IMAGE, import.meta.dirname];
    await execa('docker', args, { env: { DOCKER_BUILDKIT: '0' } });
  });
  afterAll(() => docker.getNetwork(network).remove());

  describe('the contract', () => {
    describeContract({
      kind: 'docker',
      setup: { kind: 'docker', options: { network } },
      image: IMAGE,
      create,
      crashExit: { code: 7 },
      measuresUsage: true,
      killPoints: ['docker:prepared', 'docker:stopped', 'docker:removed', 'docker:created', 'docker:started'],
      count: async (store) => (await containersOf(store)).length,
      async expectLimits(spec, answer) {
        const { HostConfig: host } = await inspect(spec);
        expect(host).toMatchObject({
          Memory: 256 * 1024 * 1024,
          NanoCpus: 500_000_000,
          PidsLimit: 64,
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges:true'],
          RestartPolicy: { Name: 'unless-stopped' },
          LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } },
        });
        expect(answer.uid).not.toBe(0);
        // As the processes inside see it, not as the engine was told.
        expect(
          await inside(spec, 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes'),
        ).toContain(String(256 * 1024 * 1024));
        expect(await inside(spec, 'cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max')).toContain('64');
        expect(await inside(spec, 'touch /app/x || echo refused')).toContain('refused');
        expect(await inside(spec, 'cat /proc/1/status')).toMatch(/^CapEff:\s+0{16}$/m);
        expect(await inside(spec, 'cat /proc/1/status')).toMatch(/^NoNewPrivs:\s+1$/m);
      },
      visible: async (spec) => JSON.stringify([await inspect(spec), await docker.getContainer(spec.name).top()]),
    });
  });

  test('the engine tells whether a store is healthy', async () => {
    const driver = create();
    const spec = await makeSpec(IMAGE);
    const leave = new AbortController();
    const seen: DriverEvent[] = [];
    const watching = (async () => {
      for await (const event of driver.events(leave.signal)) if (event.store === spec.store) seen.push(event);
    })();
    try {
      expect((await driver.ensure(spec)).healthy).toBeUndefined();
      await eventually(async () => (await driver.observe(spec.store)).healthy === true);
      expect(await driver.observeAll()).toContainEqual(
        expect.objectContaining({ store: spec.store, state: 'running', healthy: true }),
      );
      await eventually(() => seen.some(({ kind }) => kind === 'healthy'));
    } finally {
      leave.abort();
      await watching;
      await driver.remove(spec.store);
      await driver.close();
    }
  });

  test('a store that takes more memory than it may is ended by the engine, which says so', async () => {
    const driver = create();
    const spec = await makeSpec(IMAGE);
    spec.limits.memoryMb = 100;
    const leave = new AbortController();
    driver.events(leave.signal);
    try {
      await driver.ensure(spec);
      const { run } = await whoAnswers(spec);
      await say(spec, '/hoard/buffers').catch(() => {});
      await eventually(async () => (await driver.observe(spec.store)).exit?.outOfMemory === true);
      expect((await whoAnswers(spec)).run).not.toBe(run);
      expect((await driver.observe(spec.store)).restarts).toBeGreaterThan(0);
    } finally {
      leave.abort();
      await driver.remove(spec.store);
      await driver.close();
    }
  });

  test('of the lines that the engine keeps, those since a moment and of a level are given, and followed', async () => {
    const driver = create();
    const spec = await makeSpec(IMAGE);
    const leave = new AbortController();
    const line = (level: string, msg: string) => JSON.stringify({ level, msg });
    const write = (...lines: string[]) => say(spec, `/say/${encodeURIComponent(lines.join('\n'))}`);
    async function given(request: Omit<LogRequest, 'follow'>): Promise<string[]> {
      const lines: string[] = [];
      for await (const each of driver.logs(spec.store, request)) lines.push(each);
      return lines;
    }
    try {
      await driver.ensure(spec);
      await whoAnswers(spec);
      await write(line('warn', 'before'), line('info', 'before'));
      await eventually(async () => (await given({})).includes(line('info', 'before')));
      const since = new Date(Date.now() + 1);
      await eventually(() => Date.now() > since.getTime());
      await write(line('info', 'a'), line('error', 'b'), 'c', line('warn', 'd'), line('info', 'e'));
      await eventually(async () => (await given({})).includes(line('info', 'e')));
      const [a, b, d, e] = [line('info', 'a'), line('error', 'b'), line('warn', 'd'), line('info', 'e')];
      expect(await given({ since })).toEqual([a, b, 'c', d, e]);
      expect(await given({ since, level: 'warn' })).toEqual([b, 'c', d]);
      expect(await given({ since, level: 'error' })).toEqual([b, 'c']);
      expect(await given({ since, level: 'warn', tail: 1 })).toEqual([d]);
      expect(await given({ level: 'warn' })).toEqual(expect.arrayContaining([line('warn', 'before'), b, d]));
      expect(await given({ since: new Date(Date.now() + 3_600_000) })).toEqual([]);

      const followed: string[] = [];
      for await (const each of driver.logs(spec.store, { since, level: 'warn', follow: true, signal: leave.signal })) {
        followed.push(each);
        if (each === d) await write(line('info', 'f'), line('fatal', 'g'));
        if (each === line('fatal', 'g')) break;
      }
      expect(followed).toEqual([b, 'c', d, line('fatal', 'g')]);
    } finally {
      leave.abort();
      await driver.remove(spec.store);
      await driver.close();
    }
  });

  test('a container of the same name that is not ours is named and left alone', async () => {
    const driver = create();
    const spec = await makeSpec(IMAGE);
    const stranger = await docker.createContainer({ name: spec.name, Image: IMAGE });
    try {
      await expect(driver.ensure(spec)).rejects.toMatchObject({
        code: 'DRIVER_UNAVAILABLE',
        message: expect.stringContaining(spec.name),
        details: { reason: 'name_taken' },
      });
      await driver.remove(spec.store);
      expect((await stranger.inspect()).State.Status).toBe('created');
    } finally {
      await stranger.remove({ force: true });
      await driver.close();
    }
  });

  test('a missing image is named, and the running store is not touched', async () => {
    const driver = create();
    const spec = await makeSpec(IMAGE);
    try {
      const { id } = await driver.ensure(spec);
      const upgrade = { ...spec, image: 'lapak-no-such-image:1', specHash: 'upgrade' };
      await expect(driver.ensure(upgrade)).rejects.toMatchObject({
        code: 'IMAGE_NOT_FOUND',
        details: { reason: 'image_missing', image: 'lapak-no-such-image:1' },
      });
      expect(await driver.observe(spec.store)).toMatchObject({ id, specHash: 'first' });
    } finally {
      await driver.remove(spec.store);
      await driver.close();
    }
  });

  test('a store that rested while its network was made anew starts in the new one', async () => {
    const own = `lapak-test-${shortId(6)}`;
    const driver = createDockerDriver({ network: own, log });
    const spec = await makeSpec(IMAGE);
    try {
      await driver.ensure(spec);
      await driver.stop(spec.store);
      // As `docker compose down` and `up` do when no store runs.
      await docker.getNetwork(own).remove();
      const id = await createNetwork(docker, planNetwork(own)).ensure();
      expect(await driver.ensure(spec)).toMatchObject({ state: 'running', specHash: spec.specHash });
      expect((await inspect(spec)).NetworkSettings.Networks[own]?.NetworkID).toBe(id);
      await whoAnswers(spec);
    } finally {
      await driver.remove(spec.store);
      await driver.close();
      await docker.getNetwork(own).remove();
    }
  });

  test("a container that somebody gave a store's name alone is seen as far as it goes", async () => {
    const driver = create();
    const store = `s${shortId(8)}`;
    const stranger = await docker.createContainer({ Image: IMAGE, Labels: { 'lapak.tenant': store } });
    try {
      const seen = [await driver.observe(store), (await driver.observeAll()).find((one) => one.store === store)];
      for (const one of seen) expect(one).toMatchObject({ id: stranger.id, state: 'exited' });
      // Not a number is no generation, and the API's answer would be none.
      for (const one of seen) expect(one?.generation).toBeUndefined();
    } finally {
      await stranger.remove({ force: true });
      await driver.close();
    }
  });

  test('a network that many want at once is made once', async () => {
    const name = `lapak-test-${shortId(6)}`;
    // Ten control planes: each has a connection and turns of its own.
    const ask = Array.from({ length: 10 }, () => createNetwork(new Docker(), planNetwork(name)).ensure());
    const ids = new Set(await Promise.all(ask));
    const found = (await docker.listNetworks({ filters: { name: [name] } })).filter(({ Name }) => Name === name);
    await Promise.all(found.map(({ Id }) => docker.getNetwork(Id!).remove()));
    expect(found.map(({ Id }) => Id)).toEqual([...ids]);
  });

  test('a network that does not keep stores apart is not used, and the operator is told what to do', async () => {
    const name = `lapak-test-${shortId(6)}`;
    const made = await docker.createNetwork({ Name: name });
    try {
      await expect(createNetwork(docker, planNetwork(name)).ensure()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`the Docker network ${name} does not keep stores apart`),
      });
    } finally {
      await made.remove();
    }
  });

  test('of two networks of one name the older counts', async () => {
    const name = `lapak-test-${shortId(6)}`;
    const older = docker.getNetwork(await createNetwork(docker, planNetwork(name)).ensure());
    const younger = await docker.createNetwork({ Name: name, CheckDuplicate: false }).catch(() => undefined);
    try {
      expect(await createNetwork(docker, planNetwork(name)).ensure()).toBe(older.id);
    } finally {
      await Promise.all([older, younger].map((made) => made?.remove()));
    }
  });
});

function containersOf(store: string) {
  return docker.listContainers({ all: true, filters: { label: [`lapak.tenant=${store}`] } });
}

function inspect(spec: RuntimeSpec) {
  return docker.getContainer(spec.name).inspect();
}

async function inside(spec: RuntimeSpec, command: string): Promise<string> {
  const { stdout } = await execa('docker', ['exec', spec.name, 'sh', '-c', `{ ${command}; } 2>/dev/null`], {
    reject: false,
  });
  return stdout;
}
