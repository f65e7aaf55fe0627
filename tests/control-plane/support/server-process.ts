import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment } from '../../support/child-environment.ts';
import { keepLines } from '../../support/last-lines.ts';
import { type Api, createApi } from './api.ts';
import { FAKE_RUNTIME } from './plane.ts';

export type ServerProcess = {
  api: Api;
  pid: number;
  /** Resolves when the process has ended. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
  output(): string;
};

/** Starts a control plane, which dies at the failpoint, and waits until it answers. */
export type StartServer = (env: Record<string, string>, failpoint?: string) => Promise<ServerProcess>;

const ENTRY = join(import.meta.dirname, 'server.ts');

/** As a process of its own, which gets a SIGKILL. */
export const startServer: StartServer = async (env, failpoint) => {
  const child = spawn(process.execPath, [ENTRY], {
    env: {
      ...childEnvironment(),
      ...env,
      FAKE_RUNTIME,
      ...(failpoint ? { LAPAK_FAILPOINT: failpoint } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const keep = keepLines(`the control plane ${child.pid}`);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      written += chunk.toString('utf8');
      keep(chunk.toString('utf8'));
      if (/^ready$/m.test(written)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    // One that resumes an operation may reach its failpoint before it says that it is ready.
    void exited.then(({ signal }) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`it ended:\n${written}`))));
  });
  const { apiUrl, apiKey } = JSON.parse(await readFile(join(env.LAPAK_HOME as string, 'cli.json'), 'utf8'));
  return {
    api: createApi(apiUrl, apiKey),
    pid: child.pid as number,
    exited,
    kill: (signal) => child.kill(signal),
    output: () => written,
  };
};
