import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Db } from '../../../kernel/db.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Ingress, WantedRoutes } from './caddy.ts';

const EVERY_MS = 30_000;
const INCIDENT = 'platform:ingress';
/** A Caddy that is being restarted wakes nobody. */
const FAILURES_BEFORE_ALERT = 2;

/** Brings the routes in line with the rows again and again: Caddy may have been away, or begun anew. */
export function routesTask(deps: {
  db: Db;
  ingress: Ingress;
  routes(): Promise<WantedRoutes>;
  alerts: Pick<AlertSink, 'raise' | 'clear'>;
}): BackgroundTask {
  const { db, ingress, alerts } = deps;
  let failures = 0;
  return {
    name: 'ingress-routes',
    everyMs: EVERY_MS,
    retryMs: () => EVERY_MS,
    async run() {
      try {
        await ingress.converge(deps.routes);
      } catch (error) {
        failures += 1;
        const detail = errorMessage(error);
        if (failures >= FAILURES_BEFORE_ALERT) {
          await db.tx((tx) => alerts.raise(tx, { kind: 'platform', key: INCIDENT, severity: 'error', detail }));
        }
        throw error;
      }
      failures = 0;
      await db.tx((tx) => alerts.clear(tx, INCIDENT));
    },
  };
}
