import { join } from 'node:path';
import type { BenchCluster } from './cluster.ts';
import type { Section } from './report.ts';
import { startWorker, type Worker } from './worker.ts';

/** What every measure is given. */
export type Bench = {
  cluster: BenchCluster;
  /** Telegram and Pakasir, as a process of their own. */
  outside: Worker;
  outsideUrl: string;
  /** Posts to webhooks, as a process of its own. */
  load: Worker;
  /** A folder that is gone afterwards. */
  scratch: string;
  /** How long each part of the soak lasts, and with how many stores. */
  soak: { seconds: number; stores: number };
  /** What must be undone even when the run is interrupted; may be called twice. */
  atEnd(undo: () => Promise<unknown>): void;
  /** Says how it goes, for whoever waits. */
  say(text: string): void;
};

export type Measure = (bench: Bench) => Promise<Omit<Section, 'name'>>;

export async function startOutside(): Promise<{ outside: Worker; outsideUrl: string; load: Worker }> {
  const outside = await startWorker(join(import.meta.dirname, 'outside.ts'));
  const load = await startWorker(join(import.meta.dirname, 'load.ts'));
  return { outside, outsideUrl: `http://127.0.0.1:${await outside.ask<number>({ kind: 'port' })}`, load };
}
