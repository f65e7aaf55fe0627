import { useEffect, useRef, useState } from 'react';
import type { ChatEvent } from '../../../sandbox/telegram/chat.ts';

/** A tap that nobody answers stops spinning after this, as in Telegram. */
const PATIENCE_MILLIS = 15_000;
const TOAST_MILLIS = 3500;
/** A bot that types says so again every few seconds, or has stopped. */
const TYPING_MILLIS = 5000;

/** What a phone shows of answers to taps: the spinner on the button, a toast, "typing". Alerts are handed on. */
export function useAnswers(events: readonly ChatEvent[], onAlert: (text: string) => void) {
  const [waiting, setWaiting] = useState<string>();
  const [query, setQuery] = useState<string>();
  const [toast, setToast] = useState<string>();
  const [typing, setTyping] = useState(false);
  const seen = useRef(0);

  useEffect(() => {
    for (const event of events) {
      if (event.seq <= seen.current) continue;
      seen.current = event.seq;
      setTyping(event.kind === 'action');
      if (event.kind !== 'answered' || !event.text) continue;
      if (event.alert) onAlert(event.text);
      else setToast(event.text);
    }
    if (query !== undefined && events.some((event) => event.kind === 'answered' && event.query === query)) {
      setQuery(undefined);
      setWaiting(undefined);
    }
  }, [events, query, onAlert]);

  useTimeout(waiting, PATIENCE_MILLIS, () => setWaiting(undefined));
  useTimeout(toast, TOAST_MILLIS, () => setToast(undefined));
  useTimeout(typing || undefined, TYPING_MILLIS, () => setTyping(false));

  return {
    waiting,
    toast,
    typing,
    show: setToast,
    tapped: setWaiting,
    waitFor: setQuery,
    gaveUp: () => setWaiting(undefined),
  };
}

/** Calls `done` when `what` has been the same, and there, for so long. */
function useTimeout(what: unknown, millis: number, done: () => void): void {
  const latest = useRef(done);
  latest.current = done;
  useEffect(() => {
    if (what === undefined) return undefined;
    const timer = setTimeout(() => latest.current(), millis);
    return () => clearTimeout(timer);
  }, [what, millis]);
}
