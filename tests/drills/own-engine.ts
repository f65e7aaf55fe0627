import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import { shortId } from '../../kernel/ids.ts';
import { eventually } from '../control-plane/support/eventually.ts';

/** A dockerd of a drill's own, which is there to be restarted: the machine's is shared with the tests beside it. */
export type OwnEngine = {
  socketPath: string;
  docker: Docker;
  /** Brings an image over from the machine's engine. */
  load(image: string): Promise<void>;
  /** Resolves when it has ended. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Leaves nothing of it: containers, networks, processes, mounts, files. */
  close(): Promise<void>;
};

const ANSWERS_WITHIN_MS = 60_000;

export async function startOwnEngine(): Promise<OwnEngine> {
  // Sockets lie below: their paths may not be long.
  const dir = await mkdtemp(join(tmpdir(), 'lapak-engine-'));
  const [data, exec, pidFile, socketPath] = ['data', 'exec', 'pid', 'sock'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
    string,
  ];
  const docker = new Docker({ socketPath });
  const { stdout: storage } = await execa('docker', ['info', '--format', '{{.Driver}}']);
  // An engine that is to have no bridge, or addresses of its own pool, removes docker0, which is the machine's engine's.
  const bridge = `drill-${shortId(6).toLowerCase()}`;
  const platform = await new Docker().createNetwork({
    Name: `lapak-${bridge}`,
    Options: { 'com.docker.network.bridge.name': bridge },
  });
  const args = [
    ...['--data-root', data, '--exec-root', exec, '--pidfile', pidFile, '-H', `unix://${socketPath}`],
    ...['--containerd-namespace', 'lapak-drill', '--containerd-plugins-namespace', 'lapak-drill-plugins'],
    // The tables of the machine's engine are not touched: published ports go through a process instead.
    ...['--bridge', bridge, '--iptables=false', '--ip6tables=false', '--ip-forward=false'],
    ...['--host-gateway-ip', '127.0.0.1', '--storage-driver', storage],
  ];
  let daemon: ChildProcess | undefined;
  const log = join(dir, 'log');
  const helperFile = join(exec, 'containerd', 'containerd.pid');

  async function start(): Promise<void> {
    const started = spawn('dockerd', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    daemon = started;
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => appendFileSync(log, chunk));
    const ended = new Promise<never>((_, reject) => {
      started.once('error', reject);
      started.once('exit', async () => reject(new Error(`dockerd ended:\n${await lastLines(log)}`)));
    });
    ended.catch(() => undefined);
    await Promise.race([ended, eventually(() => docker.ping(), ANSWERS_WITHIN_MS)]);
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const helper = Number(await readFile(helperFile, 'utf8'));
    const gone = new Promise((resolve) => daemon?.once('exit', resolve));
    daemon.kill(signal);
    await gone;
    // Its containerd dies with it, a moment later. One whose process id is not free yet would be waited for in vain.
    await eventually(async () => {
      if (!(await hasEnded(helper))) throw new Error(`containerd ${helper} outlives its dockerd`);
    }, ANSWERS_WITHIN_MS);
    await rm(helperFile, { force: true });
  }

  await start();
  return {
    socketPath,
    docker,
    async load(image) {
      const save = execa('docker', ['save', image], { stdout: 'pipe', buffer: false });
      await Promise.all([save, save.pipe('docker', ['-H', `unix://${socketPath}`, 'load'])]);
    },
    stop,
    start,
    async close() {
      if (daemon?.exitCode !== null || daemon.signalCode !== null) await start();
      for (const { Id } of await docker.listContainers({ all: true })) {
        await docker.getContainer(Id).remove({ force: true });
      }
      await docker.pruneNetworks();
      await stop('SIGTERM');
      await platform.remove();
      // It mounts its own folder over itself, and leaves that behind.
      const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
      for (const mount of mounts.filter((path) => path.startsWith(`${dir}/`)).reverse()) await execa('umount', [mount]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Gone, or only not yet taken note of by its parent. */
async function hasEnded(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

const lastLines = async (file: string) => (await readFile(file, 'utf8')).split('\n').slice(-20).join('\n');

/** Why no engine can be started here; only root may, where dockerd is installed. In CI it must be possible. */
export async function noEngineOfOurOwn(): Promise<string | undefined> {
  const { exitCode } = await execa('dockerd', ['--version'], { reject: false });
  const why = process.getuid?.() !== 0 ? 'only root can start dockerd' : exitCode !== 0 ? 'no dockerd' : undefined;
  if (why === undefined) return undefined;
  if (process.env.CI) throw new Error(`The drill of a restart of dockerd must run in CI: ${why}`);
  process.stderr.write(`the drill of a restart of dockerd is skipped: ${why}\n`);
  return why;
}
