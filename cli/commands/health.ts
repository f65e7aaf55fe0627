import type { Command } from 'commander';
import { HEALTH_CHECKS, type HealthReport, ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Client } from '../api/client.ts';
import { collect } from '../api/pages.ts';
import { type Context, run } from '../context.ts';
import { EXIT, usageError } from '../exit.ts';
import { storeSlug, wholeNumber } from '../input/parse.ts';
import { stateText } from '../output/states.ts';
import { table } from '../output/table.ts';
import { checkedText } from '../output/tenant.ts';
import { stamp } from '../output/time.ts';

type HealthOptions = { now: boolean; limit: number };

export function healthCommand(program: Command): void {
  program
    .command('health')
    .argument('[store]', 'name of the store; without it, the last result of each', storeSlug)
    .description('what the health checks found: of all stores, or the history of one')
    .option('--now', 'check the store now', false)
    .option('--limit <n>', 'at most this many', wholeNumber(1, 100_000), 20)
    .addHelpText('after', '\nWith --now it ends with 1 when a check fails.')
    .action(run(health));
}

async function health({ client: connect, output }: Context, store: string | undefined, options: HealthOptions) {
  if (store === undefined && options.now) throw usageError('Say which store to check: lapak health <store> --now');
  const client = await connect();
  if (store === undefined) return all(client, output);
  if (options.now) {
    const report = await client.call(ROUTES.checkHealth, { params: { store } });
    output.result({ report }, () => reportText(report));
    return report.ok ? EXIT.done : EXIT.failed;
  }
  const reports = await collect(options.limit, async (cursor, limit) => {
    const page = await client.call(ROUTES.listHealth, { params: { store }, query: { limit, cursor } });
    return { items: page.reports, nextCursor: page.nextCursor };
  });
  output.result({ reports }, () => {
    if (reports.length === 0) return 'Not checked yet. Check it now: lapak health <store> --now';
    const rows = reports.map((report) => [
      stamp(report.at),
      report.occasion,
      report.ok ? 'ok' : 'not ok',
      wrong(report),
    ]);
    return table(['WHEN', 'WHY', 'RESULT', 'WHAT IS WRONG'], rows);
  });
  return EXIT.done;
}

async function all(client: Client, output: Context['output']) {
  const tenants = await collect(100_000, async (cursor, limit) => {
    const page = await client.call(ROUTES.listTenants, { query: { limit, cursor } });
    return { items: page.tenants, nextCursor: page.nextCursor };
  });
  output.result(
    { stores: tenants.map(({ store, state, reason, health }) => ({ store, state, reason, health })) },
    () => {
      if (tenants.length === 0) return 'No stores. Open one: lapak tenant create';
      return table(
        ['STORE', 'STATE', 'LAST CHECK', 'REASON'],
        tenants.map((tenant) => [tenant.store, stateText(tenant), checkedText(tenant), tenant.reason ?? '']),
      );
    },
  );
  return EXIT.done;
}

function reportText({ checks }: HealthReport): string {
  const rows = HEALTH_CHECKS.flatMap((name) => {
    const finding = checks[name];
    return finding ? [[name, finding.result === 'fail' ? 'FAIL' : finding.result, finding.detail]] : [];
  });
  return table(['CHECK', 'RESULT', 'FOUND'], rows);
}

function wrong({ checks }: HealthReport): string {
  return HEALTH_CHECKS.flatMap((name) =>
    checks[name]?.result === 'fail' ? [`${name}: ${checks[name].detail}`] : [],
  ).join('; ');
}
