#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT } from './exit.ts';
import { reportFailure } from './output/failure.ts';
import { createOutput, endWithReader } from './output/output.ts';
import { buildProgram } from './program.ts';

endWithReader();

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? usageExit(error)
      : reportFailure(createOutput(process.argv.includes('--json')), error);
}

/** Commander has told what is wrong; help and version are no fault. */
function usageExit({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.done : EXIT.usage;
}
