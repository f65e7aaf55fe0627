import { Writable } from 'node:stream';
import pino from 'pino';
import type { Log } from '../../kernel/log.ts';

const MOST_LINES = 40;
const LONGEST_LINE = 500;

type Journal = { name: string; lines: string[] };
const journals = new Set<Journal>();

/** What a store, a control plane or a process writes, for the case that the test fails: the last lines of it are kept. */
export function keepLines(name: string): (text: string) => void {
  const journal: Journal = { name, lines: [] };
  journals.add(journal);
  return (text) => {
    for (const line of text.split('\n')) {
      // What is only for looking into one's own tests is too much here.
      if (line.trim() && !/^\{"level":[12]0,/.test(line)) journal.lines.push(line.slice(0, LONGEST_LINE));
    }
    if (journal.lines.length > MOST_LINES) journal.lines.splice(0, journal.lines.length - MOST_LINES);
  };
}

/** A log whose last lines are kept; with TEST_LOG everything from that level on is written to stdout instead. */
export function keptLog(name: string): Log {
  const level = process.env.TEST_LOG;
  if (level) return pino({ level });
  const keep = keepLines(name);
  const sink = new Writable({
    write(chunk, _encoding, done) {
      keep(String(chunk));
      done();
    },
  });
  return pino({ level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink);
}

/** What was written since the last call, and forgets it. */
export function takeLines(): string {
  const told = [...journals].filter(({ lines }) => lines.length > 0);
  const text = told.map(({ name, lines }) => `--- the last lines of ${name}\n${lines.join('\n')}\n`).join('');
  for (const journal of told) journal.lines = [];
  return text;
}

/** Nobody of an earlier file writes any more. */
export function forgetJournals(): void {
  journals.clear();
}
