import type { Db } from '../../../kernel/db.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import { createWaker, type Waker } from '../../../kernel/waker.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Ingress, WantedRoutes } from './caddy.ts';

const EVERY_MS = 30_000;
const INCIDENT = 'platform:ingress';
/** A Caddy that is being restarted wakes nobody. */
const FAILURES_BEFORE_ALERT = 2;

/** Brings the routes in line with the rows again and again: Caddy may have been away, or begun anew. */
export function createRouteKeeper(deps: {
  db: Db;
  ingress: Ingress;
  routes(): Promise<WantedRoutes>;
  alerts: Pick<AlertSink, 'raise' | 'clear'>;
  log: Log;
}): Waker {
  const { db, ingress, alerts, log } = deps;
  let failures = 0;

  async function raise(error: unknown): Promise<void> {
    const detail = errorMessage(error);
    log.warn({ err: error }, 'the routes could not be brought in line, will try again');
    if (failures < FAILURES_BEFORE_ALERT) return;
    await db.tx((tx) => alerts.raise(tx, { kind: 'platform', key: INCIDENT, severity: 'error', detail }));
  }

  return createWaker({
    async work() {
      try {
        await ingress.converge(deps.routes);
      } catch (error) {
        failures += 1;
        await raise(error);
        return EVERY_MS;
      }
      failures = 0;
      await db.tx((tx) => alerts.clear(tx, INCIDENT));
      return EVERY_MS;
    },
    onFault(error) {
      log.warn({ err: error }, 'looking after the routes failed');
      return EVERY_MS;
    },
  });
}
