import formbody from '@fastify/formbody';
import fastify from 'fastify';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { controlRoutes } from './control/routes.ts';
import { createFaults } from './faults/injector.ts';
import { phonesPage } from './page.ts';
import { createPakasir } from './pakasir/index.ts';
import { payPageRoutes } from './pakasir/page.ts';
import { pakasirRoutes } from './pakasir/routes.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';
import { createSequence } from './sequence.ts';
import { refuseStrangers } from './strangers.ts';
import { createTelegram } from './telegram/index.ts';
import { telegramRoutes } from './telegram/routes.ts';
import type { Sandbox } from './types.ts';

export type { Sandbox } from './types.ts';

export type SandboxOptions = {
  /** Dates of messages and expiry of payments; waits and back-off run on real time. */
  clock?: Clock;
  log?: Log;
};

const MAX_BODY_BYTES = 100 * 1024 * 1024;

/**
 * Builds a sandbox: the Bot API at `/bot<token>/<method>`, Pakasir at `/pakasir`, the control API at `/control`.
 * It does not listen yet.
 */
export function createSandbox({ clock = systemClock, log }: SandboxOptions = {}): Sandbox {
  const sequence = createSequence();
  const faults = createFaults();
  const retry: RetryPolicy = { ...DEFAULT_RETRY };
  let ahead = 0;
  const now = () => new Date(clock.now().getTime() + ahead);
  const deps = { faults, sequence, retry, now };
  const telegram = createTelegram(deps);
  const pakasir = createPakasir(deps);
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
  });

  const sandbox: Sandbox = {
    app,
    telegram,
    pakasir,
    faults,
    sequence,
    retry,
    now,
    advance(millis) {
      ahead += millis;
    },
    async listen(port = 0, host = '127.0.0.1') {
      await app.listen({ port, host });
      const address = app.server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      const url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${bound}`;
      log?.info({ url }, 'sandbox listens');
      return { url };
    },
    reset() {
      faults.clear();
      telegram.reset();
      pakasir.reset();
      Object.assign(retry, DEFAULT_RETRY);
      ahead = 0;
      sequence.forget();
    },
    async close() {
      sandbox.reset();
      await app.close();
    },
  };

  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ ok: false, error_code: 404, description: 'Not Found' }),
  );
  app.register(telegramRoutes(telegram));
  app.register(
    async (scope) => {
      await scope.register(formbody);
      await scope.register(pakasirRoutes(pakasir, faults));
      await scope.register(payPageRoutes(pakasir));
    },
    { prefix: '/pakasir' },
  );
  app.addHook('onRequest', refuseStrangers);
  app.register(controlRoutes(sandbox), { prefix: '/control' });
  app.register(phonesPage);
  return sandbox;
}
