import type { Command } from 'commander';
import { type Context, run } from '../context.ts';
import { bounded, type Result } from '../doctor/check.ts';
import { controlPlaneCheck } from '../doctor/control-plane.ts';
import { dockerCheck } from '../doctor/docker.ts';
import { diskCheck, homeCheck } from '../doctor/home.ts';
import { nodeCheck } from '../doctor/node.ts';
import { pgDumpCheck } from '../doctor/pg-dump.ts';
import { portChecks } from '../doctor/ports.ts';
import { lookAtPostgres, postgresCheck } from '../doctor/postgres.ts';
import { reachabilityChecks } from '../doctor/reachability.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output/output.ts';
import { count, padEnd, printable } from '../output/text.ts';

const LOOK_FOR_MS = 12_000;

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what is wrong on this machine, and how to mend it')
    .addHelpText('after', '\nIt looks with the same environment variables that "lapak server" takes.')
    .action(run(doctor));
}

async function doctor({ env, output }: Context) {
  const postgres = lookAtPostgres(env.DATABASE_URL?.trim() || undefined);
  const checks = [
    nodeCheck,
    postgresCheck(postgres),
    pgDumpCheck(env, postgres),
    dockerCheck(env),
    controlPlaneCheck(env),
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
