import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { runHost } from '../../../tenant-runtime/host/run.ts';

/**
 * The real host, whose stores are ready at once and do nothing. One whose name begins with `alone` never gets ready, nor one with a
 * file `unready in <folder of the host>`. A file `code` in the folder of the host names another code.
 */
export const runFakeHost = (file: string, environment: Record<string, string | undefined>): Promise<void> =>
  runHost({
    folder: dirname(file),
    environment,
    ...codeIn(join(dirname(file), 'code')),
    backoff: { firstMs: 100, maxMs: 1_000 },
    async openStore({ store, spec, route }) {
      const env = parseEnv(readFileSync(join(spec.folder, 'bot.env'), 'utf8'));
      const note = (what: string) => appendFileSync(join(spec.folder, 'logs', 'life.log'), `${what} ${store}\n`);
      const unready = join(spec.folder, `unready in ${basename(dirname(file))}`);
      const ready = !env.BOT_STORE_NAME?.startsWith('alone') && !existsSync(unready);
      const telegram: RequestListener = (_, response) => {
        response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ready, checks: { telegram: { ok: ready, detail: 'updates arrive, or not' } } }));
      };
      return {
        async start() {
          mkdirSync(join(spec.folder, 'logs'), { recursive: true });
          await route.open({ telegram, pakasir: (_, response) => response.end() }, () => true);
          note('start');
        },
        async stop() {
          await route.close();
          note('end');
        },
        abandon() {},
        async writeCrashReport() {},
      };
    },
  });

const codeIn = (file: string) => (existsSync(file) ? { code: readFileSync(file, 'utf8') } : {});
