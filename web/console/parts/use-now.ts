import { useEffect, useState } from 'react';

/** The time, new every second while something is at work. */
export function useNow(isAtWork: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isAtWork) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isAtWork]);
  return now;
}
