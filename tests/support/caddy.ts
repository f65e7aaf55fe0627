import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { expect } from 'vitest';
import { freePorts } from './ports.ts';

/** Why no test can use Caddy here; undefined where it can. In CI it must be there. */
export const noCaddy = ((): string | undefined => {
  if (process.env.CI) return undefined;
  try {
    execFileSync('caddy', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'Caddy is not on the PATH';
  }
})();

/** A real Caddy of a test's own, on loopback, started with the Caddyfile that production starts with. */
export type TestCaddy = {
  admin: string;
  /** Address that it serves, `http://localhost:<port>`. */
  url: string;
  /** Folder of the routes, as the control plane writes it. */
  routes: string;
  start(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  close(): Promise<void>;
};

export async function createCaddy(): Promise<TestCaddy> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-caddy-'));
  const routes = join(dir, 'stores');
  const [adminPort, port] = await freePorts(2);
  const admin = `http://127.0.0.1:${adminPort}`;
  const config = join(dir, 'Caddyfile');
  const env = { XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir, HOME: dir };
  let running: ResultPromise | undefined;

  async function kill(): Promise<void> {
    const ending = running;
    running = undefined;
    ending?.kill('SIGKILL');
    await ending?.catch(() => undefined);
  }

  return {
    admin,
    url: `http://localhost:${port}`,
    routes,
    async start() {
      // Production's Caddyfile; before there are routes, only an admin API on a port of the test's own.
      const known = existsSync(join(routes, 'current.caddyfile'));
      await writeFile(config, known ? `import ${routes}/*.caddyfile\n` : `{\n\tadmin 127.0.0.1:${adminPort}\n}\n`);
      running = execa('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], { env, stdio: 'ignore' });
      running.catch(() => undefined);
      const answers = () =>
        fetch(`${admin}/config/`).then(
          ({ ok }) => ok,
          () => false,
        );
      await expect.poll(answers, { timeout: 30_000 }).toBe(true);
    },
    kill,
    async close() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
