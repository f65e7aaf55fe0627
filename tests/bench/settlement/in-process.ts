import pino from 'pino';
import { systemClock } from '../../../kernel/clock.ts';
import { createDb } from '../../../kernel/db.ts';
import { noFailpoint } from '../../../kernel/failpoint.ts';
import { createJobs } from '../../../kernel/jobs.ts';
import { createApi } from '../../../tenant-runtime/bot/telegram.ts';
import { composeServices, QUEUES } from '../../../tenant-runtime/composition/index.ts';
import { parseTenantConfig } from '../../../tenant-runtime/config.ts';
import { createMetrics } from '../../../tenant-runtime/metrics.ts';
import { setCompleted } from '../../../tenant-runtime/modules/money/payments/sql.ts';
import { PRICE } from '../seed.ts';
import { serve } from '../worker.ts';

/** The settlement transaction of the real rooms and nothing around it: no webhook, no gateway, no worker of a queue. */
const config = parseTenantConfig(process.env);
const log = pino({ level: 'silent' });
const { DATABASE_URL: connectionString } = config.env;
const db = createDb({ connectionString, max: 6, applicationName: 'bench-settle' });
const jobs = createJobs({ connectionString, schema: 'jobs', queues: QUEUES, log });
const rooms = composeServices({
  config,
  db,
  jobs,
  activator: () => () => {},
  api: createApi(config.env.TELEGRAM_BOT_TOKEN, config.env.TELEGRAM_API_ROOT),
  ownerApi: undefined,
  metrics: createMetrics('bench'),
  clock: systemClock,
  log,
  failpoint: noFailpoint,
});
await jobs.start();

async function settle({ from, count, concurrency }: { from: number; count: number; concurrency: number }) {
  let next = from;
  const beganAt = performance.now();
  async function client(): Promise<void> {
    while (next < from + count) {
      const id = next++;
      const payment = {
        id,
        amount: PRICE,
        sandbox: false,
        completedAt: new Date(),
        claim: (tx: never) => setCompleted(tx, id, { at: new Date(), transactionId: `bench-${id}`, sandbox: false }),
      };
      const settlement = await db.tx((tx) => rooms.orders.settle(tx, id, 'webhook', payment));
      if (settlement.kind !== 'settled') throw new Error(`order ${id} was not settled: ${settlement.kind}`);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client));
  return { millis: performance.now() - beganAt };
}

serve({ settle });
