import { appendFileSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseEnvFile } from '../../kernel/config.ts';
import { shortId } from '../../kernel/ids.ts';
import { pause } from '../../kernel/pause.ts';
import type { OpenStore } from '../../tenant-runtime/host/hosted-store.ts';
import { runHost } from '../../tenant-runtime/host/run.ts';

/**
 * The real host with stores that do nothing but show how they are treated, as `fake-runtime.ts` is one alone. `/crash` ends the
 * store, `/abort` the host. `FAKE_BACKOFF_MS` of the host's bot.env is how long it waits at first.
 */
const openFake: OpenStore = async ({ store, spec, route, fail }) => {
  const env = parseEnvFile(await readFile(join(spec.folder, 'bot.env'), 'utf8'));
  const run = shortId(8);
  let dead = false;
  const logs = join(spec.folder, 'logs');
  mkdirSync(join(logs, 'runtime'), { recursive: true });
  const print = (text: string) => {
    if (!dead) appendFileSync(join(logs, 'runtime', 'output.log'), `${text}\n`);
  };
  const note = (what: string) => {
    if (!dead) appendFileSync(join(logs, 'life.log'), `${what} ${run}\n`);
    print(`${what} ${run}`);
  };

  const telegram: RequestListener = (request, response) => {
    const path = request.url ?? '/';
    if (path === '/crash') return fail(new Error('crashed with code 7'));
    if (path === '/abort') return process.abort();
    if (path === '/throw') {
      setImmediate(() => {
        throw new Error('nobody catches this');
      });
    }
    if (path.startsWith('/say/')) print(decodeURIComponent(path.slice(5)));
    if (path.startsWith('/say-long/')) print('é'.repeat(Number(path.slice(10))));
    if (path === '/burn') burn(performance.now() + 3_000);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        run,
        pid: process.pid,
        uid: process.getuid?.(),
        store: env.STORE_SLUG ?? store,
        path,
        argv: process.argv,
        execArgv: process.execArgv,
        keys: Object.keys(process.env),
      }),
    );
  };

  return {
    async start() {
      if (env.FAKE_BROKEN) throw new Error(env.FAKE_BROKEN);
      await pause(Number(env.FAKE_START_MS ?? 0));
      await route.open({ telegram, pakasir: (_, response) => response.end('pakasir') }, () => true);
      note('start');
    },
    async stop() {
      print('SIGTERM seen');
      if (env.FAKE_STUBBORN === 'true') return new Promise(() => {});
      await pause(Number(env.FAKE_GRACE_MS ?? 100));
      await route.close();
      note('end');
    },
    abandon() {
      dead = true;
    },
    async writeCrashReport() {
      print('crash report');
    },
  };
};

/** Takes the processor, and lets others in between. */
function burn(until: number): void {
  for (const stop = performance.now() + 20; performance.now() < stop; );
  if (performance.now() < until) setImmediate(burn, until);
}

const { values } = parseArgs({ options: { 'env-file': { type: 'string' } } });
const path = resolve(values['env-file'] ?? 'bot.env');
const environment = { ...process.env, ...parseEnvFile(await readFile(path, 'utf8')) };
const firstMs = Number(environment.FAKE_BACKOFF_MS ?? 100);
await runHost({ folder: dirname(path), environment, openStore: openFake, backoff: { firstMs, maxMs: 10 * firstMs } });
