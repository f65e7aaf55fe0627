import { CommanderError } from 'commander';
import { isUtf8 } from '../kernel/text.ts';
import { EXIT, usageError } from './exit.ts';
import { reportFailure } from './output/failure.ts';
import { createOutput, endWithReader } from './output/output.ts';
import { buildProgram } from './program.ts';

/** Runs the command that `argv` names (with the two words of Node in front), and sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const words = argv.slice(2);
  const json = wantsJson(words);
  endWithReader(json);
  const output = createOutput(json);
  const said: string[] = [];
  try {
    assertText(words);
    const program = await buildProgram(words, json ? (text) => said.push(text) : undefined);
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = reportFailure(output, error);
    // Commander has told a person what is wrong; help and version are no fault.
    else if (!json) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    else if (error.exitCode !== 0) process.exitCode = reportFailure(output, badUsage(error));
    else {
      output.result({ [error.code === 'commander.version' ? 'version' : 'help']: said.join('').trim() }, () => '');
      process.exitCode = EXIT.done;
    }
  }
}

/** Before anything is parsed: what is wrong with the words themselves is to be told as JSON too. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).includes('--json');
}

/** Node puts U+FFFD where an argument is no text: it would be stored as that. @throws CliError (usage) */
function assertText(words: readonly string[]): void {
  const wrong = words.findIndex((word) => !isUtf8(word));
  if (wrong === -1) return;
  throw usageError(`Argument ${wrong + 1} is no text in UTF-8.`);
}

function badUsage({ code, message }: CommanderError) {
  if (code === 'commander.help') {
    return usageError('This needs a command.', [], ['See which there are: add --help']);
  }
  return usageError(message.replace(/^error: /, ''), [], ['See what this command takes: add --help']);
}
