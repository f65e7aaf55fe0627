export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A line of a store's log as a person reads it. What is no JSON of a logger, such as a stack trace, is text alone. */
export type LogLine = {
  at: string | null;
  level: LogLevel | null;
  message: string;
  /** What was logged beside the message: `key=value`, in the order of the line. */
  context: string;
};

/** Reads a line; every line is readable. */
export function parseLine(raw: string): LogLine {
  const fields = fieldsOf(raw);
  if (!fields) return { at: null, level: null, message: raw, context: '' };
  const { time, level, msg, ...rest } = fields;
  return {
    at: timeOf(time),
    level: LOG_LEVELS.find((known) => known === level) ?? null,
    message: typeof msg === 'string' ? msg : '',
    context: Object.entries(rest)
      .map(([key, value]) => `${key}=${shown(key, value)}`)
      .join(' '),
  };
}

/** Every field of a line with its value, those of an error by themselves; a line that is no JSON as it is. */
export function detailsOf(raw: string): [name: string, value: string][] {
  const fields = fieldsOf(raw);
  if (!fields) return [['', raw]];
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if ((name === 'err' || name === 'error') && isRecord(value))
      return Object.entries(value).map(([part, text]) => [`${name}.${part}`, wholly(text)]);
    return [[name, wholly(value)]];
  });
}

const wholly = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** When a line was written, as it says it itself: what a broken connection goes on from. */
export const lineTime = (raw: string): string | null => timeOf(fieldsOf(raw)?.time);

function fieldsOf(raw: string): Record<string, unknown> | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(raw);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function timeOf(time: unknown): string | null {
  return typeof time === 'string' && !Number.isNaN(Date.parse(time)) ? time : null;
}

/** An error in a word: its stack is in the details of the line. */
function shown(key: string, value: unknown): string {
  if ((key === 'err' || key === 'error') && isRecord(value) && typeof value.message === 'string') return value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
