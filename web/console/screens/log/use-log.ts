import { useEffect, useReducer, useState } from 'react';
import { addressOf } from '../../api/client.ts';
import { type ApiProblem, problemOf } from '../../api/problem.ts';
import { createLogBuffer, type LogBuffer } from './buffer.ts';
import { createTail, type FollowState, followLog } from './follow.ts';
import type { LogLevel } from './line.ts';

/** Lines that a tab keeps. */
const KEPT = 100_000;
/** Lines of the past to begin with. */
const PAST = 5_000;

export type LogState = FollowState['kind'] | 'hidden';
export type FollowedLog = { buffer: LogBuffer; state: LogState; problem: ApiProblem | undefined };

/**
 * Follows the log of one store while the tab is looked at: a hidden one gives its connection back, of which a browser has
 * few, and goes on where it was. What arrives is shown once a frame, however many lines that is. For another store or
 * level the component is made anew.
 */
export function useLog(store: string, level: LogLevel | undefined, text: string): FollowedLog {
  const [{ buffer, tail }] = useState(() => ({ buffer: createLogBuffer(KEPT), tail: createTail() }));
  const [, show] = useReducer((count: number) => count + 1, 0);
  const [state, setState] = useState<LogState>('connecting');
  const [problem, setProblem] = useState<ApiProblem>();
  const isHidden = useHidden();

  useEffect(() => {
    buffer.search(text);
    show();
  }, [buffer, text]);

  useEffect(() => {
    if (isHidden) return setState('hidden');
    const gone = new AbortController();
    let frame = 0;
    const onFrame = () => {
      frame = 0;
      show();
    };
    void followLog({
      url: addressOf('/v1/tenants/:store/logs', {
        params: { store },
        query: { follow: 'true', tail: PAST, ...(level && { level }) },
      }),
      signal: gone.signal,
      tail,
      onLines(lines) {
        buffer.push(lines);
        frame ||= requestAnimationFrame(onFrame);
      },
      onState(next) {
        setState(next.kind);
        if (next.kind === 'refused') void problemOf(next.response).then(setProblem);
      },
    });
    return () => {
      gone.abort();
      cancelAnimationFrame(frame);
    };
  }, [store, level, isHidden, buffer, tail]);

  return { buffer, state, problem };
}

function useHidden(): boolean {
  const [isHidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isHidden;
}
