import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import type { FleetEvent } from '../../../control-plane/api/contract/index.ts';
import { sessionQuery } from '../api/session.ts';
import type { Connection, LineMessage } from './line.ts';
import { shareLine } from './share.ts';
import { readAgain, readAllAgain } from './stale.ts';

/** Changes that come close together are read once. */
const TOGETHER_MS = 200;
/** How long a slow answer holds up the next reads. */
const LONGEST_READ_MS = 1_000;

/** What happened since the last time; `all` where it is not known what. */
export type Heard = { events: readonly FleetEvent[]; all: boolean };
type Listener = (heard: Heard) => void;

const LiveContext = createContext<{ connection: Connection; listen(listener: Listener): () => void }>({
  connection: 'connecting',
  listen: () => () => {},
});

export const useConnection = (): Connection => useContext(LiveContext).connection;

/** Tells a screen of changes, for reads that look after themselves. */
export function useLiveEvents(listener: Listener): void {
  const { listen } = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen((heard) => latest.current(heard)), [listen]);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Keeps everything below it as new as the fleet. */
export function Live({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connecting');
  const listeners = useRef(new Set<Listener>());
  const [listen] = useState(() => (listener: Listener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  });
  useEffect(() => {
    let events: FleetEvent[] = [];
    let all = false;
    let isBusy = false;

    async function hear(): Promise<void> {
      if (isBusy) return;
      isBusy = true;
      while (all || events.length > 0) {
        await pause(TOGETHER_MS);
        const heard = { events, all };
        events = [];
        all = false;
        for (const listener of listeners.current) listener(heard);
        const read = heard.all ? readAllAgain(queries) : readAgain(queries, heard.events);
        await Promise.race([read, pause(LONGEST_READ_MS)]);
      }
      isBusy = false;
      setConnection((before) => (before === 'catching-up' ? 'connected' : before));
    }

    return shareLine((message: LineMessage) => {
      if (message.type === 'event') events.push(message.event);
      if (message.type === 'reset') all = true;
      if (message.type === 'down') setConnection('lost');
      if (message.type === 'up') setConnection((before) => (before === 'lost' ? 'catching-up' : 'connected'));
      if (message.type === 'refused') queries.setQueryData(sessionQuery.queryKey, null);
      if (message.type !== 'down') void hear();
    });
  }, [queries]);
  return <LiveContext value={{ connection, listen }}>{children}</LiveContext>;
}
