import { ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output/output.ts';
import { count, padEnd, printable } from '../output/text.ts';
import { backupsCheck, pgDumpCheck } from './backups.ts';
import { bucketCheck } from './bucket.ts';
import { bounded, broken, type Check, ok, type Result, warning } from './check.ts';
import { clockCheck } from './clock.ts';
import { clusterCheck, inspectCluster } from './cluster.ts';
import { consoleAddressCheck } from './console-address.ts';
import { controlPlaneCheck } from './control-plane.ts';
import { dockerCheck } from './docker.ts';
import { foldersCheck } from './folders.ts';
import { diskCheck, homeCheck } from './home.ts';
import { imagesCheck } from './images.ts';
import { ingressCheck } from './ingress.ts';
import { isolationCheck } from './isolation.ts';
import { ownerBotCheck } from './owner-bot.ts';
import { portChecks } from './ports.ts';
import { inspectPostgres, postgresCheck } from './postgres.ts';
import { askControlPlane, firstOf } from './probes.ts';
import { publicAddressCheck } from './public-address.ts';
import { reachabilityChecks } from './reachability.ts';
import { settingOf } from './settings.ts';
import { superuserCheck } from './superuser.ts';

const MOST_SHOWN = 5;

/** Whether something runs that carries our label and belongs to no store. */
function orphanCheck(env: Environment): Check {
  return {
    name: 'Unknown runtimes',
    async run() {
      return askControlPlane(env, async (client) => {
        const { orphans } = await client.call(ROUTES.listOrphans, {});
        if (orphans.length === 0) return ok('every runtime belongs to a store');
        const found = orphans.map(({ store, state, id }) => `${store} (${state}, ${id ?? 'no id'})`);
        return warning(
          `belong to no store here: ${firstOf(found, MOST_SHOWN)}`,
          'They are left alone. End what is not of another control plane by hand: docker rm -f, or kill.',
        );
      });
    },
  };
}

const WANTED = 24;

const nodeCheck: Check = {
  name: 'Node',
  async run() {
    const major = Number(process.versions.node.split('.')[0]);
    if (major >= WANTED) return ok(`${process.version} (${process.execPath})`);
    return broken(
      `${process.version}, but TypeScript runs as it is from ${WANTED} on`,
      'Run "npm ci": it installs one for Lapak.',
    );
  },
};

const TIMEOUT_MS = 12_000;

/** Looks at everything at once, and tells what was found in one order. */
export async function examine({ env, output }: Context) {
  const databaseUrl = settingOf(env, 'DATABASE_URL');
  const postgres = inspectPostgres(databaseUrl);
  const cluster = inspectCluster(databaseUrl);
  const checks = [
    nodeCheck,
    postgresCheck(postgres),
    superuserCheck(databaseUrl),
    clusterCheck(cluster),
    pgDumpCheck(env, postgres),
    backupsCheck(env),
    bucketCheck(env),
    dockerCheck(env),
    imagesCheck(env),
    isolationCheck(env),
    controlPlaneCheck(env),
    orphanCheck(env),
    ...reachabilityChecks(env),
    ownerBotCheck(env),
    publicAddressCheck(env),
    consoleAddressCheck(env),
    ingressCheck(env),
    clockCheck(env, cluster),
    foldersCheck(env),
    diskCheck(env),
    ...portChecks(env),
    homeCheck(env),
  ];
  const results = await Promise.all(checks.map((check) => bounded(check, TIMEOUT_MS)));
  const wrong = results.filter(({ status }) => status === 'broken').length;
  output.result({ ok: wrong === 0, checks: results }, () => report(output, results, wrong));
  return wrong === 0 ? EXIT.done : EXIT.failed;
}

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], broken: ['red', '✗'] } as const;

function report(output: Output, results: readonly Result[], wrong: number): string {
  const widest = Math.max(...results.map(({ name }) => name.length));
  const lines = results.flatMap(({ name, status, detail, remedy }) => {
    const [colour, mark] = MARKS[status];
    return [
      `${output.style(colour, mark)} ${padEnd(name, widest)}  ${printable(detail)}`,
      ...(remedy ? [`  ${' '.repeat(widest)}  ${output.style('dim', `→ ${remedy}`)}`] : []),
    ];
  });
  const doubts = results.filter(({ status }) => status === 'warning').length;
  const fine = doubts === 0 ? 'Nothing is broken.' : `Nothing is broken. ${count(doubts, 'warning')} to look at.`;
  const verdict = wrong === 0 ? fine : `${count(wrong, 'thing')} to fix.`;
  return [...lines, '', verdict].join('\n');
}
