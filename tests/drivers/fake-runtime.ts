import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs, parseEnv } from 'node:util';

/**
 * A runtime that does nothing but show how it is treated: it takes its environment from --env-file, listens where it is
 * told, writes each start and each end to logs/life.log, and finishes what it holds on SIGTERM. It stands alone, so that
 * it can be copied into an image.
 */
const { values } = parseArgs({ options: { 'env-file': { type: 'string' } } });
const file = values['env-file'] ? parseEnv(readFileSync(values['env-file'], 'utf8')) : {};
const env: Record<string, string | undefined> = { ...process.env, ...file };
const run = Math.random().toString(36).slice(2, 10);
const graceMs = Number(env.FAKE_GRACE_MS ?? 100);
let hoard: unknown[] = [];

mkdirSync('logs', { recursive: true });
function note(what: string): void {
  appendFileSync('logs/life.log', `${what} ${run}\n`);
  process.stdout.write(`${what} ${run}\n`);
}

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  if (path === '/crash') return void process.exit(7);
  if (path === '/abort') return void process.abort();
  if (path.startsWith('/say/')) process.stdout.write(`${decodeURIComponent(path.slice(5))}\n`);
  if (path.startsWith('/say-long/')) process.stdout.write(`${'é'.repeat(Number(path.slice(10)))}\n`);
  if (path === '/burn') burn(performance.now() + 3_000);
  if (path === '/hoard/heap') setImmediate(fillHeap);
  if (path === '/hoard/buffers') hoard.push(Buffer.alloc(200 * 1024 * 1024, 1));
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      run,
      pid: process.pid,
      uid: process.getuid?.(),
      store: env.STORE_SLUG,
      argv: process.argv,
      execArgv: process.execArgv,
      keys: Object.keys(process.env),
    }),
  );
});

/** Takes the processor, and lets others in between. */
function burn(until: number): void {
  for (const pause = performance.now() + 20; performance.now() < pause; );
  if (performance.now() < until) setImmediate(burn, until);
}

function fillHeap(): void {
  hoard = [];
  while (true) hoard.push(Array.from({ length: 10_000 }, (_, n) => ({ n })));
}

const second = createServer((_, response) => response.end('pakasir'));
const host = env.HOST ?? '127.0.0.1';
server.listen(Number(env.LISTEN_TELEGRAM_PORT), host, () =>
  second.listen(Number(env.LISTEN_PAKASIR_PORT), host, () => note('start')),
);

process.on('SIGTERM', () => {
  process.stdout.write('SIGTERM seen\n');
  if (env.FAKE_STUBBORN === 'true') return;
  setTimeout(() => {
    note('end');
    process.exit(0);
  }, graceMs);
});
