import type { FaultInput, FaultView } from '../faults/rules.ts';
import { type ControlHttp, longPoll } from './http.ts';

/** A rule that was added, and what can be done with it. */
export type FaultHandle = {
  readonly id: string;
  /** Resolves once the rule has hit `count` calls (1). */
  waitFired(options?: FaultWait): Promise<FaultView>;
  /** Resolves once the rule holds `count` calls (1): the moment to kill a process. */
  waitHeld(options?: FaultWait): Promise<FaultView>;
  /** Lets go of the calls that it holds; answers how many. */
  release(): Promise<number>;
  /** Removes it, and lets go of what it holds. */
  remove(): Promise<void>;
};

export type FaultWait = { count?: number; timeoutMs?: number };

export type FaultsClient = {
  add(rule: FaultInput): Promise<FaultHandle>;
  list(): Promise<FaultView[]>;
  clear(): Promise<void>;
};

export function createFaultsClient(http: ControlHttp): FaultsClient {
  const handle = ({ id }: FaultView, rule: FaultInput): FaultHandle => {
    const path = `/faults/${id}`;
    const wait = async (what: 'fired' | 'held', { count = 1, timeoutMs = 90_000 }: FaultWait) => {
      const found = await longPoll(timeoutMs, async (timeoutMillis) => {
        return (await http.post<{ found: FaultView | null }>(`${path}/wait`, { what, count, timeoutMillis })).found;
      });
      if (found) return found;
      throw new Error(
        `Waited ${timeoutMs} ms for the fault ${JSON.stringify(rule)} to have ${what} ${count}, in vain.`,
      );
    };
    return {
      id,
      waitFired: (options = {}) => wait('fired', options),
      waitHeld: (options = {}) => wait('held', options),
      release: async () => (await http.post<{ released: number }>(`${path}/release`)).released,
      async remove() {
        await http.remove(path);
      },
    };
  };
  return {
    add: async (rule) => handle(await http.post<FaultView>('/faults', rule), rule),
    list: () => http.get('/faults'),
    async clear() {
      await http.remove('/faults');
    },
  };
}
