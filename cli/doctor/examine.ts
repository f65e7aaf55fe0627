import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output/output.ts';
import { count, padEnd, printable } from '../output/text.ts';
import { bounded, type Result } from './check.ts';
import { controlPlaneCheck } from './control-plane.ts';
import { dockerCheck } from './docker.ts';
import { diskCheck, homeCheck } from './home.ts';
import { nodeCheck } from './node.ts';
import { orphanCheck } from './orphans.ts';
import { pgDumpCheck } from './pg-dump.ts';
import { portChecks } from './ports.ts';
import { lookAtPostgres, postgresCheck } from './postgres.ts';
import { reachabilityChecks } from './reachability.ts';

const LOOK_FOR_MS = 12_000;

/** Looks at everything at once, and tells what was found in one order. */
export async function examine({ env, output }: Context) {
  const postgres = lookAtPostgres(env.DATABASE_URL?.trim() || undefined);
  const checks = [
    nodeCheck,
    postgresCheck(postgres),
    pgDumpCheck(env, postgres),
    dockerCheck(env),
    controlPlaneCheck(env),
    orphanCheck(env),
    ...reachabilityChecks(env),
    diskCheck(env),
    ...portChecks(env),
    homeCheck(env),
  ];
  const results = await Promise.all(checks.map((check) => bounded(check, LOOK_FOR_MS)));
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
  const verdict = wrong === 0 ? 'Nothing is broken.' : `${count(wrong, 'thing')} to mend.`;
  return [...lines, '', verdict].join('\n');
}
