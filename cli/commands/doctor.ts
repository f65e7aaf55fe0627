import type { Command } from 'commander';
import { type Context, run } from '../context.ts';

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what is wrong on this machine, and how to mend it')
    .addHelpText('after', '\nIt looks with the same environment variables that "lapak server" takes.')
    .action(run(doctor));
}

/** Loaded on demand: the libraries behind it would make every other command start slowly. */
async function doctor(context: Context) {
  const { examine } = await import('../doctor/examine.ts');
  return examine(context);
}
