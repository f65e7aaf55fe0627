import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { read } from '../api/query.ts';

/** The title of the tab: how many incidents nobody has taken, then what the screen shows. */
export function useTitle(title: string): void {
  const { data } = useQuery(read('/v1/summary', {}));
  const waiting = data?.incidents?.unacknowledged ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title} · Lapak`;
  }, [title, waiting]);
}
