import { ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Environment } from '../../kernel/config.ts';
import { createClient } from '../api/client.ts';
import { readCredentials } from '../api/credentials.ts';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Output } from '../output/output.ts';
import { count, padEnd, printable } from '../output/text.ts';
import { backupsCheck, pgDumpCheck } from './backups.ts';
import { bounded, broken, type Check, ok, type Result, warning } from './check.ts';
import { clockCheck } from './clock.ts';
import { clusterCheck, inspectCluster } from './cluster.ts';
import { consoleAddressCheck } from './console-address.ts';
import { controlPlaneCheck } from './control-plane.ts';
import { dockerCheck } from './docker.ts';
import { foldersCheck } from './folders.ts';
import { diskCheck, homeCheck } from './home.ts';
import { ingressCheck } from './ingress.ts';
import { isolationCheck } from './isolation.ts';
import { portChecks } from './ports.ts';
import { inspectPostgres, postgresCheck } from './postgres.ts';
import { publicAddressCheck } from './public-address.ts';
import { reachabilityChecks } from './reachability.ts';
import { superuserCheck } from './superuser.ts';

const MOST_SHOWN = 5;

/** Whether something runs that carries our mark and belongs to no store. */
function orphanCheck(env: Environment): Check {
  return {
    name: 'Unknown runtimes',
    async run() {
      try {
        const { orphans } = await createClient(await readCredentials(env)).call(ROUTES.listOrphans, {});
        if (orphans.length === 0) return ok('every runtime belongs to a store');
        const shown = orphans
          .slice(0, MOST_SHOWN)
          .map(({ store, state, id }) => `${store} (${state}, ${id ?? 'no id'})`);
        const more = orphans.length > MOST_SHOWN ? ` and ${orphans.length - MOST_SHOWN} more` : '';
        return warning(
          `belong to no store here: ${shown.join(', ')}${more}`,
          'They are left alone. End what is not of another control plane by hand: docker rm -f, or kill.',
        );
      } catch (error) {
        // That it does not answer, or what key it wants, is another check's to say.
        if (!(error instanceof CliError) || error.code === 'INTERNAL') throw error;
        return ok('not looked at: the control plane was not asked');
      }
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
  const postgres = inspectPostgres(env.DATABASE_URL?.trim() || undefined);
  const cluster = inspectCluster(env);
  const checks = [
    nodeCheck,
    postgresCheck(postgres),
    superuserCheck(env.DATABASE_URL?.trim() || undefined),
    clusterCheck(cluster),
    pgDumpCheck(env, postgres),
    backupsCheck(env),
    dockerCheck(env),
    isolationCheck(env),
    controlPlaneCheck(env),
    orphanCheck(env),
    ...reachabilityChecks(env),
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
  const lines = results.flatMap(({ name, status, detail, mend }) => {
    const [colour, mark] = MARKS[status];
    return [
      `${output.style(colour, mark)} ${padEnd(name, widest)}  ${printable(detail)}`,
      ...(mend ? [`  ${' '.repeat(widest)}  ${output.style('dim', `→ ${mend}`)}`] : []),
    ];
  });
  const doubts = results.filter(({ status }) => status === 'warning').length;
  const fine = doubts === 0 ? 'Nothing is broken.' : `Nothing is broken. ${count(doubts, 'warning')} to look at.`;
  const verdict = wrong === 0 ? fine : `${count(wrong, 'thing')} to fix.`;
  return [...lines, '', verdict].join('\n');
}
