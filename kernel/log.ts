import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { type Clock, systemClock } from './clock.ts';
import { AppError } from './errors.ts';

export type Log = pino.Logger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export type LogOptions = {
  /** Service of the lines that name none; child loggers name theirs as `service`. */
  service: string;
  level: LogLevel;
  /** Where the JSON lines go; stdout unless said otherwise. */
  output?: { write(line: string): void };
  /** Folder for `<service>/<YYYY-MM-DD>.log`; without it only the output is written. */
  dir?: string | undefined;
  /** When it aborts, the files are closed, and nothing is written to them any more. */
  signal?: AbortSignal | undefined;
  /** Zone whose midnight starts a new file. */
  timeZone?: string;
  clock?: Clock;
  /** Hears every line from `warn` on, after it was written. Must not throw. */
  onLine?: (line: LogLine) => void;
};

/** A line as its listener needs it: no context, so that nothing leaves the log that was not meant to. */
export type LogLine = { level: LogLevel; service: string; message: string; fault: string };

/** Keys whose values never reach a log, at the first three levels of a logged object. */
const SECRET_KEYS = ['token', 'secret', 'password', 'apiKey', 'api_key', 'authorization', 'databaseUrl', 'botToken'];

/**
 * JSON lines on the output, and with `dir` also `[timestamp] [level] message` lines in a file per service and day.
 * Log the object first, then a fixed message; errors go under `err`.
 */
export function createLog(options: LogOptions): Log {
  const streams: pino.StreamEntry[] = [{ level: 'trace', stream: options.output ?? process.stdout }];
  if (options.dir) {
    streams.push({ level: 'trace', stream: dailyFiles(options.dir, options) });
  }
  const { onLine } = options;
  if (onLine)
    streams.push({ level: 'warn', stream: { write: (line: string) => onLine(readLine(line, options.service)) } });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
      serializers: { err: describeError, error: describeError },
    },
    pino.multistream(streams),
  );
}

/** What a log tells of an error: never its `details`, a query's values or a request's options. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = error instanceof AppError ? error.code : (error as NodeJS.ErrnoException).code;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function readLine(line: string, ofService: string): LogLine {
  const { level, msg, service = ofService, err } = JSON.parse(line);
  return { level, service, message: msg ?? '', fault: err?.message ?? '' };
}

function dailyFiles(dir: string, options: LogOptions): { write(line: string): void } {
  const { clock = systemClock, output = process.stdout } = options;
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: options.timeZone ?? 'UTC', dateStyle: 'short' });
  const open = new Map<string, { day: string; file: ReturnType<typeof openLogFile> }>();
  const { signal } = options;
  signal?.addEventListener('abort', () => {
    for (const { file } of open.values()) file?.end();
  });
  return {
    write(line) {
      if (signal?.aborted) return;
      const { time, level, msg, service = options.service, err, ...rest } = JSON.parse(line);
      const day = dayOf.format(clock.now());
      let entry = open.get(service);
      if (entry?.day !== day) {
        entry?.file?.end();
        entry = { day, file: openLogFile(join(dir, service, `${day}.log`), output) };
        open.set(service, entry);
      }
      const context = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
      const fault = err?.message ? `: ${err.message}` : '';
      entry.file?.write(`[${time}] [${level}] ${msg ?? ''}${fault}${context}\n`);
    },
  };
}

/** Characters that wait while the disk takes none; what comes on top is left out of the file. */
const MOST_UNWRITTEN = 1_000_000;

/** What cannot be written to the file is still on the output, where it is said once: a log keeps nobody from working. */
function openLogFile(
  path: string,
  output: { write(line: string): void },
): ReturnType<typeof pino.destination> | undefined {
  let told = false;
  const tell = (err: unknown) => {
    if (told) return;
    told = true;
    const line = { level: 'error', time: new Date().toISOString(), path, err: describeError(err) };
    output.write(`${JSON.stringify({ ...line, msg: 'the log file cannot be written' })}\n`);
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = pino.destination({ dest: path, append: true, sync: true, maxLength: MOST_UNWRITTEN });
    file.on('error', tell);
    return file;
  } catch (err) {
    tell(err);
    return undefined;
  }
}
