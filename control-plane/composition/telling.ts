import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import type { Jobs } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import type { Audit } from '../api/audit/index.ts';
import { countWaiting } from '../fleet/operations/index.ts';
import { countTenantsByState } from '../fleet/tenants/index.ts';
import { createAlerts } from '../monitoring/alerts/index.ts';
import type { Metrics } from '../monitoring/metrics/index.ts';
import { createOutcomes, createOwners, createVoice, type Owners } from '../people/owner-bot/index.ts';
import { createOwnerMessages } from '../people/owner-messages/index.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';

/** The zone of stores that name none, as their own configuration has it. */
const DEFAULT_TIMEZONE = 'Asia/Jakarta';

/** What the owner bot needs of what is made later. */
type Later = Pick<
  Parameters<typeof createOwners>[0],
  'operations' | 'tenants' | 'secrets' | 'checks' | 'connectionString' | 'backups'
> & { jobs: Pick<Jobs<'owner_digest'>, 'work' | 'schedule'> };

/** How the owners hear: what waits for them, what they are woken by, and, with a token, the bot that says it. */
export function composeTelling(deps: {
  config: ControlPlaneConfig;
  db: Db;
  clock: Clock;
  log: Log;
  audit: Audit;
  metrics: Pick<Metrics, 'alertSent'>;
}) {
  const { config, db, clock, log, audit, metrics } = deps;
  const { ownerIds, ownerBotToken: token, telegramApiRoot: apiRoot } = config;
  const timeZone = config.tenantDefaults.BOT_TIMEZONE ?? DEFAULT_TIMEZONE;
  const voice =
    token === undefined
      ? undefined
      : createVoice({ db, clock, log, token, apiRoot, timeZone, sent: (kind) => metrics.alertSent(kind) });
  const ownerMessages = createOwnerMessages({ db, clock, onQueued: voice?.messenger.wake });
  const alerts = createAlerts({ db, clock, audit, messages: ownerMessages, ownerIds, onAcknowledged: voice?.refresh });
  return {
    ownerMessages,
    alerts,
    /** Tells how an operation ended, in the transaction that records it. */
    outcome: createOutcomes({ clock, alerts, messages: ownerMessages }),
    open({ jobs, ...later }: Later): Owners {
      const owners = createOwners({
        ...{ db, clock, log, voice, token, apiRoot, ownerIds, timeZone, alerts, audit },
        ...later,
        messages: ownerMessages,
        tenantsByState: () => countTenantsByState(db),
        waiting: () => countWaiting(db, clock.now()),
        schedule: (schedule) => jobs.schedule('owner_digest', schedule, {}),
      });
      jobs.work('owner_digest', owners.digest);
      return owners;
    },
  };
}
