/** What the program's exit code says. Part of the CLI's interface. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  unreachable: 5,
  /** Ctrl-C, as shells number it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type Refusal = { field: string; expected: string };

export type CliErrorOptions = {
  exit: ExitCode;
  /** Stable code of the control plane, or one of the CLI's own. */
  code: string;
  /** What to do about it, a sentence or a command each. */
  hints?: readonly string[];
  /** What was refused, a line each. Never a value. */
  refusals?: readonly Refusal[];
  requestId?: string | undefined;
  cause?: unknown;
};

/** A fault that is told to a person, or as JSON to a program, and ends the program with `exit`. */
export class CliError extends Error {
  readonly exit: ExitCode;
  readonly code: string;
  readonly hints: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly requestId: string | undefined;

  constructor(message: string, options: CliErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.exit = options.exit;
    this.code = options.code;
    this.hints = options.hints ?? [];
    this.refusals = options.refusals ?? [];
    this.requestId = options.requestId;
  }
}

/** Bad usage: the command line asks for what cannot be. */
export function usageError(
  message: string,
  refusals: readonly Refusal[] = [],
  hints: readonly string[] = [],
): CliError {
  return new CliError(message, { exit: EXIT.usage, code: 'BAD_USAGE', refusals, hints });
}

/** Somebody pressed Ctrl-C. */
export function interrupted(message: string, hints: readonly string[] = []): CliError {
  return new CliError(message, { exit: EXIT.interrupted, code: 'INTERRUPTED', hints });
}
