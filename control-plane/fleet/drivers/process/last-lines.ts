import { open, stat } from 'node:fs/promises';
import { absent } from '../../../../kernel/files.ts';
import type { LogRequest } from '../driver.ts';
import { isOfLevel, LONGEST_LINE, timeOfLine } from '../log-filter.ts';

const BLOCK = 64 * 1024;
const NEWLINE = 10;
/** Lines without a time that are held back until the one before them is known. */
const MOST_UNDATED = 10_000;
/** Old files beside the current one that are read at most. */
const MOST_FILES = 9;

/** The lines of a file from the last to the first. What follows its last newline is the first of them, and mostly empty. */
async function* backwards(path: string, upTo: number): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for (let end = upTo; end > 0; ) {
    const from = Math.max(0, end - BLOCK);
    const block = await readRange(path, from, end);
    end = from;
    let before = block.length;
    for (let newline = block.lastIndexOf(NEWLINE); newline >= 0; ) {
      yield textOf([block.subarray(newline + 1, before), ...rest]);
      rest = [];
      before = newline;
      newline = newline === 0 ? -1 : block.lastIndexOf(NEWLINE, newline - 1);
    }
    rest = [block.subarray(0, before), ...rest];
    // The end of a long line goes first: what it begins with says more.
    while (rest.length > LONGEST_LINE / BLOCK) rest.pop();
  }
  if (upTo > 0) yield textOf(rest);
}

const textOf = (parts: readonly Buffer[]) => Buffer.concat(parts).toString('utf8');

/** The lines of the files that were moved aside, the newest file first. */
async function* olderBackwards(path: string): AsyncGenerator<string> {
  for (let n = 1; n <= MOST_FILES; n += 1) {
    const older = `${path}.${n}`;
    const size = await sizeOf(older);
    if (size === undefined) return;
    const lines = backwards(older, size);
    const { value: unfinished } = await lines.next();
    if (unfinished) yield unfinished;
    yield* lines;
  }
}

/**
 * The last lines that a request asks for, the oldest first, up to the byte `end`; what follows the last newline apart. Files that
 * were moved aside are read too, as far as needed. A line without a time is as old as the one before it.
 */
export async function lastLines(
  path: string,
  end: number,
  { tail = Number.POSITIVE_INFINITY, since, level }: LogRequest,
): Promise<{ lines: string[]; unfinished: string }> {
  const current = backwards(path, end);
  const unfinished = (await current.next()).value ?? '';
  const found: string[] = [];
  let undated: string[] = [];
  const result = () => ({
    lines: [...found, ...undated].slice(0, Math.min(tail, found.length + undated.length)).reverse(),
    unfinished,
  });
  for (const lines of [current, olderBackwards(path)]) {
    for await (const line of tail === 0 ? [] : lines) {
      const time = since && timeOfLine(line);
      if (since && time !== undefined && time < since.getTime()) {
        undated = [];
        return result();
      }
      const isWanted = isOfLevel(line, level);
      if (since && time === undefined) {
        if (isWanted && undated.length < MOST_UNDATED) undated.push(line);
        continue;
      }
      found.push(...undated);
      if (isWanted) found.push(line);
      undated = [];
      if (found.length >= tail) return result();
    }
  }
  return result();
}

export async function readRange(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size;
}
