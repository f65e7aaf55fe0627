import { AppError, type ErrorCode, errorMessage } from './errors.ts';

type SystemError = Error & { code?: unknown; path?: unknown; dest?: unknown; syscall?: unknown };

/** What a fault of the disk, of rights or of a limit of the system means, and what to do about it. */
type Meaning = { code: ErrorCode; say(where: string): string };

const full: Meaning = {
  code: 'STORAGE_FULL',
  say: (where) => `The disk is full: ${where} cannot be written. Free some space there and try again.`,
};
const forbidden: Meaning = {
  code: 'PATH_UNUSABLE',
  say: (where) =>
    `${where} may not be used by ${account()}. Give it to that user (chown, chmod), or start Lapak as its owner.`,
};
const crowded: Meaning = {
  code: 'TOO_MANY_OPEN_FILES',
  say: () => 'No more files and connections may be opened. Raise the limit (ulimit -n, LimitNOFILE) and start again.',
};
const notAFolder: Meaning = {
  code: 'PATH_UNUSABLE',
  say: (where) =>
    `${where} cannot be used: a part of that path is a file where a folder is needed, or the other way round.`,
};

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: {
    code: 'PATH_UNUSABLE',
    say: (where) => `${where} lies on a file system that is read-only. Mount it for writing, or name another folder.`,
  },
  ENOTDIR: notAFolder,
  EISDIR: notAFolder,
  /** Of `mkdir`, where a file is in the way. */
  EEXIST: notAFolder,
  EMFILE: crowded,
  ENFILE: crowded,
  EIO: {
    code: 'PATH_UNUSABLE',
    say: (where) => `The disk below ${where} does not work (I/O error). Look at the log of the kernel (dmesg).`,
  },
  /** Of Postgres: disk full. */
  '53100': {
    code: 'STORAGE_FULL',
    say: () => 'The disk of the database is full. Free some space there and try again.',
  },
};

/** Understood without a path too. */
const WITHOUT_PATH = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', '53100']);

/**
 * A fault of the machine, in a sentence that names the path and what to do, with a stable code. Looks through causes.
 * @returns undefined for whatever else failed
 */
export function systemFault(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const { code, path, dest, syscall } = error as SystemError;
  const meaning = typeof code === 'string' && Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  const place = [path, dest].filter((one) => typeof one === 'string').join(' → ');
  // Without a path it is about an address, and who asked for that knows better what it means.
  if (!meaning || (place === '' && !WITHOUT_PATH.has(String(code)))) return systemFault(error.cause);
  const words = /^\d/.test(String(code)) ? '' : ` (${code}${typeof syscall === 'string' ? `, ${syscall}` : ''})`;
  return new AppError(meaning.code, `${meaning.say(place || 'what it was about to write')}${words}`, { cause: error });
}

function account(): string {
  const uid = process.getuid?.();
  return uid === undefined ? 'this user' : `the user with the id ${uid}`;
}

/** What a program says of a fault that ends it: a sentence, and of a defect the stack, which a report of it needs. */
export function explain(thrown: unknown, what: string): string {
  const error = known(thrown);
  if (error) return error.message;
  return `${what}: ${errorMessage(thrown)}${thrown instanceof Error && thrown.stack ? `\n${thrown.stack}` : ''}`;
}

/** The same as a document, for programs. */
export function faultDocument(thrown: unknown, what: string) {
  return { error: { code: known(thrown)?.code ?? 'INTERNAL', message: explain(thrown, what) } };
}

const known = (thrown: unknown): AppError | undefined => (thrown instanceof AppError ? thrown : systemFault(thrown));
