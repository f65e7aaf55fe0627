import type Docker from 'dockerode';
import { pause } from '../../../../kernel/pause.ts';
import type { LogRequest } from '../driver.ts';
import { isOfLevel, joined } from '../log-filter.ts';
import { askUnless, unavailable } from './engine.ts';

const HEADER = 8;

/** One line. `at` keeps the engine's nanoseconds, which a Date would lose; `pieces` counts the engine's entries. */
type LogLine = { at: string; text: string; pieces: number };

/**
 * Takes apart the engine's log stream: frames of one entry each, with a header of 8 bytes (1 stream, 3 zero, 4 length)
 * and with `timestamps` an RFC 3339 time before the text. A line above 16 KiB comes as several entries, of which only
 * the last ends with a newline.
 */
async function* readFrames(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterable<LogLine> {
  let pending: Buffer = Buffer.alloc(0);
  const open = new Map<number, LogLine>();
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER && pending.length >= HEADER + pending.readUInt32BE(4)) {
      const stream = pending.readUInt8(0);
      const end = HEADER + pending.readUInt32BE(4);
      const entry = pending.subarray(HEADER, end).toString('utf8');
      pending = pending.subarray(end);
      const space = entry.indexOf(' ');
      const before = open.get(stream);
      const isEnd = entry.endsWith('\n');
      const text = joined(before?.text ?? '', entry.slice(space + 1, isEnd ? -1 : undefined));
      const line = { at: entry.slice(0, space), text, pieces: (before?.pieces ?? 0) + 1 };
      if (isEnd) {
        open.delete(stream);
        yield line;
      } else open.set(stream, line);
    }
  }
  yield* open.values();
}

const REOPEN_MS = 500;

/**
 * Lines of the container that `find` names. A followed stream ends with each run of the container; it is opened again
 * where it ended, until the signal aborts or no container is left.
 */
export async function* readLogs(
  docker: Docker,
  find: () => Promise<string | undefined>,
  request: LogRequest,
): AsyncIterable<string> {
  const { signal, follow = false, tail, since, level } = request;
  let id = await find();
  let last = '';
  if (id !== undefined && tail !== 0) {
    const before = await past(docker, id, request);
    last = before.last;
    for (const { text } of before.lines) {
      if (signal?.aborted) return;
      yield text;
    }
  }
  // The engine's own clock: what is asked for by time begins there.
  if (last === '' && since && tail !== 0) last = since.toISOString().replace('Z', '000000Z');
  while (follow && id !== undefined && !signal?.aborted) {
    for await (const { at, text } of followed(docker, id, last, tail, signal)) {
      // `since` repeats what was logged at that very moment.
      if (at <= last) continue;
      last = at;
      if (isOfLevel(text, level)) yield text;
      if (signal?.aborted) return;
    }
    await pause(REOPEN_MS, signal);
    id = signal?.aborted ? undefined : await find();
  }
}

/**
 * The last `tail` lines of the level, and when the last of any level was written. The engine counts entries, of which a long
 * line has several: it is asked for more until there are enough.
 */
async function past(
  docker: Docker,
  id: string,
  { tail = Number.POSITIVE_INFINITY, since, level }: LogRequest,
): Promise<{ lines: LogLine[]; last: string }> {
  const from = since ? { since: unixNanoseconds(since.toISOString()) } : {};
  for (let entries = tail + 16; ; entries *= 4) {
    const limit = Number.isFinite(entries) ? { tail: entries } : {};
    const options = { ...OUTPUT, ...from, ...limit, follow: false } as const;
    // 404: removed since it was found.
    const bytes = await askUnless([404], () => docker.getContainer(id).logs(options));
    const all: LogLine[] = [];
    for await (const line of readFrames(bytes ? [bytes] : [])) all.push(line);
    const given = all.reduce((sum, { pieces }) => sum + pieces, 0);
    const lines = all.filter(({ text }) => isOfLevel(text, level));
    if (given < entries || lines.length > tail) {
      return { lines: lines.slice(Math.max(0, lines.length - tail)), last: all.at(-1)?.at ?? '' };
    }
  }
}

const OUTPUT = { stdout: true, stderr: true, timestamps: true };

async function* followed(
  docker: Docker,
  id: string,
  since: string,
  tail: number | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<LogLine> {
  const from = since === '' ? (tail === 0 ? { tail } : {}) : { since: unixNanoseconds(since) };
  const stream = await askUnless([404], () => docker.getContainer(id).logs({ ...OUTPUT, ...from, follow: true }));
  if (!stream) return;
  const close = () => (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  signal?.addEventListener('abort', close, { once: true });
  try {
    if (!signal?.aborted) yield* readFrames(stream as AsyncIterable<Buffer>);
  } catch (error) {
    if (!signal?.aborted) throw unavailable(error);
  } finally {
    signal?.removeEventListener('abort', close);
    close();
  }
}

/** RFC 3339 with nanoseconds → `seconds.nanoseconds`, as the engine wants it. */
function unixNanoseconds(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '0';
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}
