import { given, textOf } from '../../parts/search.ts';

export type BackupsSearch = { q?: string; stale?: true };

/** `?q=warung&stale=true` */
export const backupsSearch = ({ q, stale }: Record<string, unknown>): BackupsSearch =>
  given({ q: textOf(q, 64), stale: textOf(stale) === 'true' ? (true as const) : undefined });
