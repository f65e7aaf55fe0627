import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { absent } from '../../../../kernel/files.ts';
import { pause } from '../../../../kernel/pause.ts';
import type { LogRequest } from '../driver.ts';

/** How much of a store's output is kept: `files` old ones beside the current one, each of about `bytes`. */
export type LogLimits = { bytes: number; files: number };

const BLOCK = 64 * 1024;
const NEWLINE = 10;
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
  const past = await lastLines(path, end, request.tail ?? Number.POSITIVE_INFINITY);
  for (const line of past.lines) {
    if (signal?.aborted) return;
    yield line;
  }
  if (!request.follow) {
    if (past.unfinished !== '') yield past.unfinished;
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
    const lines = (rest + decoder.write(await readRange(path, offset, upTo))).split('\n');
    offset = upTo;
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (signal?.aborted) return;
      yield line;
    }
  }
}

/** The end of the file, read backwards in blocks until it holds enough lines; what follows the last newline apart. */
async function lastLines(path: string, end: number, count: number): Promise<{ lines: string[]; unfinished: string }> {
  const blocks: Buffer[] = [];
  let newlines = 0;
  for (let start = end; start > 0 && newlines <= count; ) {
    const from = Math.max(0, start - BLOCK);
    const block = await readRange(path, from, start);
    newlines += block.filter((byte) => byte === NEWLINE).length;
    blocks.unshift(block);
    start = from;
  }
  const lines = Buffer.concat(blocks).toString('utf8').split('\n');
  const unfinished = lines.pop() ?? '';
  return { lines: lines.slice(Math.max(0, lines.length - count)), unfinished };
}

async function readRange(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size;
}
