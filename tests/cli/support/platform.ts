import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '../../support/child-environment.ts';
import { quietTimes } from '../../support/quiet-times.ts';
import { ROOT } from './cli.ts';
import { threeFreePorts } from './ports.ts';

export type Platform = {
  home: string;
  apiUrl: string;
  sandboxUrl: string;
  /** Stops both programs; resolves with how `lapak server` ended. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** A sandbox, and a control plane against it that `lapak server` runs; process driver, everything below one folder. */
export async function startPlatform(env: Record<string, string>): Promise<Platform> {
  const [port, sandboxPort, first] = await threeFreePorts();
  const home = await mkdtemp(join(tmpdir(), 'lapak-platform-'));
  await chmod(home, 0o755);
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const sandbox = start(['sandbox/main.ts'], { SANDBOX_PORT: `${sandboxPort}` });
  const server = start(['cli/main.ts', 'server'], {
    LAPAK_HOME: home,
    LAPAK_PORT: `${port}`,
    LAPAK_PORT_RANGE: `${first}-${first + 100}`,
    LAPAK_DEPLOYMENTS: join(home, 'deployments'),
    TELEGRAM_API_ROOT: sandboxUrl,
    PAKASIR_API_BASE: `${sandboxUrl}/pakasir`,
    // Whatever a failed test left running ends with it.
    LAPAK_STOP_STORES_ON_EXIT: 'true',
    ...quietTimes(),
    ...env,
  });
  await said(sandbox, /listens on/);
  await said(server, /listens on/);
  return {
    home,
    apiUrl: `http://127.0.0.1:${port}`,
    sandboxUrl,
    async stop() {
      const ended = await end(server);
      await end(sandbox);
      await rm(home, { recursive: true, force: true });
      return ended;
    },
  };
}

function start([entry = '', ...args]: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [join(ROOT, entry), ...args], {
    env: { ...childEnvironment(), HOME: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function said(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const listen = (text: Buffer) => {
      heard += text;
      if (pattern.test(heard)) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`it ended instead of saying ${pattern}:\n${heard}`)));
  });
}

function end(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.kill('SIGTERM');
  });
}
