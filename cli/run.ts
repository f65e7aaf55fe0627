import { CommanderError } from 'commander';
import { EXIT } from './exit.ts';
import { reportFailure } from './output/failure.ts';
import { createOutput, endWithReader } from './output/output.ts';
import { buildProgram } from './program.ts';

/** Runs the command that `argv` names (with the two words of Node in front), and sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  endWithReader();
  try {
    const program = await buildProgram(argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? usageExit(error) : reportFailure(createOutput(argv.includes('--json')), error);
  }
}

/** Commander has told what is wrong; help and version are no fault. */
function usageExit({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.done : EXIT.usage;
}
