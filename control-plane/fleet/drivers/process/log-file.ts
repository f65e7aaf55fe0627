import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { pause } from '../../../../kernel/pause.ts';
import type { LogRequest } from '../driver.ts';
import { isAskedFor, joined } from '../log-filter.ts';
import { lastLines, readRange, sizeOf } from './last-lines.ts';

/** How much of a store's output is kept: `files` old ones beside the current one, each of about `bytes`. */
export type LogLimits = { bytes: number; files: number };

const BLOCK = 64 * 1024;
/** How often a follower looks for new output. */
const POLL_MS = 200;

export const DEFAULT_LOG_LIMITS: LogLimits = { bytes: 10_000_000, files: 4 };

/** Where a store's stdout and stderr go. The runtime writes its own daily files beside it. */
export function outputFile(folder: string): string {
  return join(folder, 'logs', 'runtime', 'output.log');
}

/** Opens the output for a new process. It is appended to, so that truncating it does not leave a hole. */
export async function openOutput(path: string) {
  await mkdir(dirname(path), { recursive: true });
  return open(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, 0o640);
}

/**
 * Moves a full output aside. The process writes to the open file itself, so that it needs nobody to read a pipe while
 * the control plane is down; the file is therefore copied and emptied, and a line that is written between the two is
 * lost here (not in the runtime's own daily log).
 */
export async function rotate(path: string, limits: LogLimits): Promise<void> {
  const size = await sizeOf(path);
  if (size === undefined || size < limits.bytes) return;
  await rm(`${path}.${limits.files}`, { force: true });
  for (let n = limits.files - 1; n >= 1; n -= 1) {
    if ((await sizeOf(`${path}.${n}`)) !== undefined) await rename(`${path}.${n}`, `${path}.${n + 1}`);
  }
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
}

/** The last lines, then with `follow` each new one until the signal aborts or `ended` says that no more will come. */
export async function* readLines(path: string, request: LogRequest, ended: () => boolean): AsyncIterable<string> {
  const { signal } = request;
  const end = (await sizeOf(path)) ?? 0;
  const past = await lastLines(path, end, request);
  for (const line of past.lines) {
    if (signal?.aborted) return;
    yield line;
  }
  if (!request.follow) {
    if (past.unfinished !== '' && isAskedFor(past.unfinished, request)) yield past.unfinished;
    return;
  }
  let offset = end;
  let rest = past.unfinished;
  let decoder = new StringDecoder('utf8');
  while (!signal?.aborted) {
    // Asked before the last look, so that what was written before the end is still read.
    const over = ended();
    const size = (await sizeOf(path)) ?? 0;
    if (size < offset) {
      // Smaller than what was read: it was rotated.
      offset = 0;
      decoder = new StringDecoder('utf8');
    }
    if (size === offset) {
      if (over) return;
      await pause(POLL_MS, signal);
      continue;
    }
    const upTo = Math.min(size, offset + BLOCK);
    const [end = '', ...others] = decoder.write(await readRange(path, offset, upTo)).split('\n');
    offset = upTo;
    rest = joined(rest, end);
    const lines = others.length > 0 ? [rest, ...others.slice(0, -1)] : [];
    rest = others.at(-1) ?? rest;
    for (const line of lines) {
      if (signal?.aborted) return;
      if (isAskedFor(line, request)) yield line;
    }
  }
}
