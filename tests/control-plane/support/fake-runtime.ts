import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { flushCompileCache } from 'node:module';
import { parseArgs, parseEnv } from 'node:util';

/**
 * A runtime that is ready at once and does nothing, so that tests of the control plane wait for the control plane. The
 * name of the store, or of its image, says how it behaves: `crash…` ends at its start, `never…` is not ready, `leak…` prints
 * its secrets as well, `late…` ends a moment after it became ready, `doze…` is not ready any more then, `garble…` ends with words that no database takes, `refused…` is refused by Telegram. A file `mended` in the folder makes these ready. A file
 * `says.json` (fake-answers.ts) holds what it answers instead. With the token of a host it is a host of such stores (fake-host.ts).
 */
const { values } = parseArgs({ options: { 'env-file': { type: 'string' } } });
const env = parseEnv(readFileSync(values['env-file'] as string, 'utf8'));
if (env.HOST_TOKEN !== undefined) {
  const { runFakeHost } = await import('./fake-host.ts');
  await runFakeHost(values['env-file'] as string, { ...process.env, ...env });
  await new Promise(() => {});
}
const named = (name = '') => /^(crash|never|leak|late|doze|garble|refused)/.exec(name)?.[1];
const behaviour = named(env.IMAGE_NAME) ?? named(env.BOT_STORE_NAME);

mkdirSync('logs', { recursive: true });
const note = (what: string) => appendFileSync('logs/life.log', `${what} ${process.pid}\n`);

let dozes = false;

if (behaviour === 'leak') console.log(`token ${env.TELEGRAM_BOT_TOKEN} database ${env.DATABASE_URL}`);
if (behaviour === 'garble') {
  console.log('nul \0 escape \x1b]52;c;eA==\x07 emoji \u{1f480}');
  process.exit(3);
}
if (behaviour === 'crash') {
  console.log('cannot start');
  process.exit(3);
}

const REFUSED = {
  ok: false,
  refused: true,
  detail: 'Telegram: Bad Request: bad webhook: Failed to resolve host: Name or service not known',
};

const telegram = createServer((request, response) => {
  const said = answers();
  const answer = said[request.url ?? ''];
  if (answer === null) return;
  if (answer !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    return;
  }
  const ready =
    (behaviour !== 'never' && behaviour !== 'leak' && behaviour !== 'refused' && !dozes) || existsSync('mended');
  response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' });
  if (ready && behaviour === 'late' && !existsSync('mended')) setTimeout(giveUp, 1_000);
  if (ready && behaviour === 'doze') setTimeout(() => (dozes = true), 1_000);
  const why = behaviour === 'leak' ? `no update arrives with ${env.TELEGRAM_BOT_TOKEN}` : 'no update arrives';
  const waiting = behaviour === 'refused' ? REFUSED : { ok: false, detail: why };
  response.end(JSON.stringify({ ready, checks: { telegram: ready ? { ok: true, detail: 'webhook' } : waiting } }));
});
const pakasir = createServer((_request, response) => response.end());
const host = process.env.HOST ?? '127.0.0.1';
telegram.listen(Number(process.env.LISTEN_TELEGRAM_PORT), host, () =>
  pakasir.listen(Number(process.env.LISTEN_PAKASIR_PORT), host, open),
);

/** @throws what keeps the file from being read, other than that there is none */
function answers(): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync('says.json', 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

async function open(): Promise<void> {
  if (env.TELEGRAM_MODE === 'webhook') {
    await fetch(`${env.TELEGRAM_API_ROOT}/bot${env.TELEGRAM_BOT_TOKEN}/setWebhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: env.TELEGRAM_WEBHOOK_URL, secret_token: env.TELEGRAM_WEBHOOK_SECRET }),
    });
  }
  note('start');
  flushCompileCache();
}

function giveUp(): never {
  console.log('cannot go on');
  process.exit(4);
}

process.on('SIGTERM', () => {
  note('end');
  process.exit(0);
});
