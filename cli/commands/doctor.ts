import { type Command, Option } from 'commander';
import { type Context, run } from '../context.ts';
import { CliError, EXIT, usageError } from '../exit.ts';
import { askText } from '../input/ask.ts';
import { ENTRY_POINTS, runToEnd } from '../programs.ts';

const ABOUT = `
It looks with the same environment variables that "lapak server" takes.
--recover needs the master key (LAPAK_MASTER_KEY, or LAPAK_HOME/master.key) and a control database that is empty or not
there. Runtimes and databases of stores are looked at, never changed.
--reseal takes what no master key here opens from the bot.env of each store, and what an older key opens, which follows the
new one after a comma, from there. It says what it is about to do and asks. No server may run meanwhile; stores may.`;

type DoctorOptions = { recover?: string; adopt?: boolean; reseal?: boolean; yes?: boolean };

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what is wrong on this machine, and how to fix it')
    .option('--recover <archive>', 'rebuild the control plane from a backup of it, and say what is there of each store')
    .option('--adopt', 'with --recover: take over folders that carry the mark of another control plane, which is gone')
    .addOption(
      new Option('--reseal', 'when the master key is lost or changed: seal the secrets of every store anew').conflicts(
        'recover',
      ),
    )
    .option('-y, --yes', 'with --reseal: do not ask for confirmation')
    .addHelpText('after', ABOUT)
    .action(run(doctor));
}

async function doctor(context: Context, { recover, adopt, reseal: isReseal, yes }: DoctorOptions) {
  if (recover !== undefined) {
    const { code } = await runToEnd(context.output, ENTRY_POINTS.recovery, [
      recover,
      ...(adopt ? ['--adopt'] : []),
      ...jsonFlag(context),
    ]);
    return code === 0 ? EXIT.done : EXIT.failed;
  }
  if (isReseal) return reseal(context, yes === true);
  // Loaded on demand: the libraries behind it would make every other command start slowly.
  const { examine } = await import('../doctor/examine.ts');
  return examine(context);
}

/** The program's exit code when there is something to do that was not confirmed. */
const UNCONFIRMED = 10;

/** It looks first and says what it found; what is lost by it is for a person to decide. */
async function reseal(context: Context, confirmed: boolean) {
  if (!confirmed) {
    const { code } = await runToEnd(context.output, ENTRY_POINTS.reseal, jsonFlag(context));
    if (code !== UNCONFIRMED) return code === 0 ? EXIT.done : EXIT.failed;
    // A program was told so by "pending": one document is all that it gets.
    if (context.output.json) return EXIT.usage;
    await confirm(context);
  }
  const { code } = await runToEnd(context.output, ENTRY_POINTS.reseal, ['--confirmed', ...jsonFlag(context)]);
  return code === 0 ? EXIT.done : EXIT.failed;
}

async function confirm({ interactive }: Context): Promise<void> {
  if (!interactive) {
    throw usageError(
      'This must be confirmed, and nobody can be asked here. Nothing was changed.',
      [],
      ['Say so on the command line: lapak doctor --reseal --yes'],
    );
  }
  const typed = await askText({ message: 'Type reseal to confirm:', check: () => true });
  if (typed !== 'reseal') {
    throw new CliError('Nothing was changed.', { exit: EXIT.failed, code: 'NOT_CONFIRMED' });
  }
}

const jsonFlag = ({ output }: Context) => (output.json ? ['--json'] : []);
