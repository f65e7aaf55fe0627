import type { Command } from 'commander';
import { type Context, run } from '../context.ts';
import { CliError, EXIT } from '../exit.ts';
import { ENTRY_POINTS, runToEnd } from '../programs.ts';

export function serverCommand(program: Command): void {
  program
    .command('server')
    .description('run the control plane here, until Ctrl-C; stores go on without it')
    .addHelpText(
      'after',
      '\nIts settings are environment variables (LAPAK_HOME, LAPAK_PORT, DATABASE_URL, …): docs/configuration.md.',
    )
    .action(run(server));
}

/** Ends as the control plane ends; its own words on stderr say why. */
async function server({ output }: Context) {
  const { code, signal } = await runToEnd(output, ENTRY_POINTS.controlPlane);
  if (code === 0 || signal === 'SIGINT' || signal === 'SIGTERM') return EXIT.done;
  throw new CliError(`The control plane ended with ${signal ?? `code ${code}`}; its last lines above say why.`, {
    exit: EXIT.failed,
    code: 'CONTROL_PLANE_ENDED',
    hints: ['See what is wrong here: lapak doctor'],
  });
}
