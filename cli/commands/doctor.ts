import type { Command } from 'commander';
import { type Context, run } from '../context.ts';
import { EXIT } from '../exit.ts';
import { ENTRY_POINTS, runToEnd } from '../programs.ts';

const ABOUT = `
It looks with the same environment variables that "lapak server" takes.
--recover needs the master key (LAPAK_MASTER_KEY, or LAPAK_HOME/master.key) and a control database that is empty or not
there. Runtimes and databases of stores are looked at, never changed.`;

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what is wrong on this machine, and how to mend it')
    .option('--recover <archive>', 'rebuild the control plane from a backup of it, and say what is there of each store')
    .addHelpText('after', ABOUT)
    .action(run(doctor));
}

async function doctor(context: Context, { recover }: { recover?: string }) {
  if (recover !== undefined) {
    const { code } = await runToEnd(ENTRY_POINTS.recovery, [recover, ...(context.output.json ? ['--json'] : [])]);
    return code === 0 ? EXIT.done : EXIT.failed;
  }
  // Loaded on demand: the libraries behind it would make every other command start slowly.
  const { examine } = await import('../doctor/examine.ts');
  return examine(context);
}
