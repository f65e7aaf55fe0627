import { systemFault } from '../../kernel/system-fault.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import type { Output } from './output.ts';
import { printable } from './text.ts';

/** Tells a fault, to a person on stderr and to a program on stdout, and says which exit code it means. */
export function reportFailure(output: Output, fault: unknown): ExitCode {
  const error = fault instanceof CliError ? fault : unexpected(fault);
  if (output.json) {
    output.result({ error: describe(error) }, () => '');
    return error.exit;
  }
  if (error.exit === EXIT.interrupted) output.note(error.message);
  else output.note(`${output.noteStyle('red', '✗')} ${lines(error.message)}${codeOf(error)}`);
  for (const { field, expected } of error.refusals) output.note(`  ${printable(field)}: ${printable(expected)}`);
  for (const hint of error.hints) output.note(`  ${output.noteStyle('dim', '→')} ${printable(hint)}`);
  if (error.requestId) output.note(output.noteStyle('dim', `  request ${printable(error.requestId)}`));
  return error.exit;
}

/** A message may have several lines; each is fit for a terminal. */
function lines(message: string): string {
  return message.split('\n').map(printable).join('\n');
}

function codeOf({ code }: CliError): string {
  return code === 'BAD_USAGE' ? '' : ` [${printable(code)}]`;
}

function describe(error: CliError) {
  return {
    code: error.code,
    message: error.message,
    exitCode: error.exit,
    ...(error.refusals.length > 0 ? { refusals: error.refusals } : {}),
    ...(error.hints.length > 0 ? { hints: error.hints } : {}),
    ...(error.requestId ? { requestId: error.requestId } : {}),
  };
}

/** A fault of the machine in its sentence; else a defect of this program, whose stack is what a report of it needs. */
function unexpected(fault: unknown): CliError {
  const ofMachine = systemFault(fault);
  if (ofMachine) return new CliError(ofMachine.message, { exit: EXIT.failed, code: ofMachine.code, cause: fault });
  const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  return new CliError(`lapak failed in a way it should not: ${message}`, {
    exit: EXIT.failed,
    code: 'UNEXPECTED',
    cause: fault,
  });
}
