import { AppError } from '../../kernel/errors.ts';
import { shortId } from '../../kernel/ids.ts';
import { createCondition } from '../condition.ts';
import { type FaultInput, type FaultSubject, type FaultView, faultRule, matches } from './rules.ts';

/** The connection is destroyed instead of an answer. */
export const DROPPED = Symbol('dropped');

export type Faults = {
  add(rule: FaultInput): FaultView;
  list(): FaultView[];
  /** Removes a rule and lets go of the calls that it holds. */
  remove(id: string): boolean;
  clear(): void;
  /** Lets go of the calls that a rule holds now; answers how many. */
  release(id: string): number;
  /** Resolves once the rule has fired, or holds, at least `count` calls; `undefined` on timeout or unknown rule. */
  waitFor(id: string, what: 'fired' | 'held', count: number, timeoutMillis: number): Promise<FaultView | undefined>;
  /**
   * Runs a call through the first rule that matches. `fail` makes the answer of the kinds that answer without effect,
   * `patch` changes a true one. `signal` aborts when the caller has gone: a call that was still held then has no effect.
   */
  around<T>(
    subject: FaultSubject,
    run: () => Promise<T>,
    fail: (rule: FaultView) => T,
    signal: AbortSignal,
    patch?: (rule: FaultView, answer: T) => T,
  ): Promise<T | typeof DROPPED>;
  /** The `patch` that one attempt to deliver a webhook is sent with; only a rule that names the method `webhook`. */
  onDelivery(subject: FaultSubject): FaultView | undefined;
  /** Resolves when a late update may arrive; `undefined` when no rule makes it late. */
  late(subject: FaultSubject): Promise<void> | undefined;
  /** How often a webhook delivery is sent. */
  deliveries(subject: FaultSubject): 1 | 2;
};

type Entry = { view: FaultView; parked: Set<() => void> };

export function createFaults(): Faults {
  const entries = new Map<string, Entry>();
  const changed = createCondition();

  const releaseParked = (entry: Entry) => {
    const waiting = [...entry.parked];
    for (const go of waiting) go();
    return waiting.length;
  };

  const take = (subject: FaultSubject, wanted: (entry: Entry) => boolean): Entry | undefined => {
    for (const entry of entries.values()) {
      const { view } = entry;
      if (!wanted(entry) || (view.times !== 'always' && view.fired >= view.times)) continue;
      if (!matches(view, subject)) continue;
      view.seen += 1;
      if (view.seen <= view.skip) continue;
      view.fired += 1;
      changed.notify();
      return entry;
    }
    return undefined;
  };

  /** Resolves when the rule is released, its time is over or the caller has gone. */
  const park = (entry: Entry, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const { view, parked } = entry;
      const timer = view.millis === undefined ? undefined : setTimeout(() => go(), view.millis);
      const go = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', go);
        parked.delete(go);
        view.held = parked.size;
        changed.notify();
        resolve();
      };
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', go);
      parked.add(go);
      view.held = parked.size;
      changed.notify();
    });

  return {
    add(input) {
      const view: FaultView = { ...faultRule.parse(input), id: shortId(8), seen: 0, fired: 0, held: 0 };
      if (view.kind === 'patch' && view.target !== 'pakasir')
        throw new AppError('BAD_REQUEST', 'Only what Pakasir says is patched.');
      entries.set(view.id, { view, parked: new Set() });
      return view;
    },
    list: () => [...entries.values()].map((entry) => entry.view),
    remove(id) {
      const entry = entries.get(id);
      if (entry) releaseParked(entry);
      return entries.delete(id);
    },
    clear() {
      for (const entry of entries.values()) releaseParked(entry);
      entries.clear();
    },
    release(id) {
      const entry = entries.get(id);
      return entry ? releaseParked(entry) : 0;
    },
    waitFor(id, what, count, timeoutMillis) {
      const look = () => {
        const view = entries.get(id)?.view;
        return view && view[what] >= count ? view : undefined;
      };
      return changed.until(look, entries.has(id) ? timeoutMillis : 0);
    },
    async around(subject, run, fail, signal, patch = (_rule, answer) => answer) {
      const entry = take(subject, (candidate) => !['repeat', 'late'].includes(candidate.view.kind));
      if (!entry) return run();
      switch (entry.view.kind) {
        case 'drop_before':
          return DROPPED;
        case 'timeout':
          await park(entry, signal);
          return DROPPED;
        case 'hold_before':
          await park(entry, signal);
          return signal.aborted ? DROPPED : run();
        case 'drop_after':
          await run();
          return DROPPED;
        case 'hold_after': {
          const answer = await run();
          await park(entry, signal);
          return answer;
        }
        case 'patch':
          return patch(entry.view, await run());
        default:
          return fail(entry.view);
      }
    },
    onDelivery: (subject) => take(subject, ({ view }) => view.kind === 'patch' && view.method !== undefined)?.view,
    late(subject) {
      const entry = take(subject, (candidate) => candidate.view.kind === 'late');
      return entry && park(entry, new AbortController().signal);
    },
    deliveries: (subject) => (take(subject, (candidate) => candidate.view.kind === 'repeat') ? 2 : 1),
  };
}
