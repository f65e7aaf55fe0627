import type Docker from 'dockerode';
import type { LogRequest } from '../driver.ts';
import { pause } from '../wait.ts';
import { ask, askUnless } from './engine.ts';
import { type LogEntry, readFrames } from './frames.ts';

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
  const { signal, follow = false } = request;
  let id = await find();
  let last = '';
  while (id !== undefined && !signal?.aborted) {
    const tail = last === '' ? request.tail : undefined;
    for await (const entry of open(docker, id, { follow, tail, since: last, signal })) {
      // `since` repeats what was logged at that very moment.
      if (entry.at !== '' && entry.at <= last) continue;
      if (entry.at !== '') last = entry.at;
      yield entry.line;
      if (signal?.aborted) return;
    }
    if (!follow) return;
    await pause(REOPEN_MS, signal);
    id = signal?.aborted ? undefined : await find();
  }
}

async function* open(
  docker: Docker,
  id: string,
  { follow, tail, since, signal }: { follow: boolean; tail?: number; since: string; signal?: AbortSignal },
): AsyncIterable<LogEntry> {
  const options = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(tail === undefined ? {} : { tail }),
    ...(since === '' ? {} : { since: unixNanoseconds(since) as unknown as number }),
  };
  const container = docker.getContainer(id);
  if (!follow) {
    // 404: removed since it was found.
    const text = await askUnless([404], () => container.logs({ ...options, follow: false }));
    if (text) yield* readFrames([text]);
    return;
  }
  const stream = await askUnless([404], () => container.logs({ ...options, follow: true }));
  if (!stream) return;
  const close = () => (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  signal?.addEventListener('abort', close, { once: true });
  try {
    if (!signal?.aborted) yield* readFrames(stream as AsyncIterable<Buffer>);
  } catch (error) {
    if (signal?.aborted) return;
    await ask(() => Promise.reject(error));
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
