import { given, textOf } from '../../parts/search.ts';

export type AuditSearch = { store?: string; target?: string; actor?: string; since?: string };

/** `?store=warung&actor=key:…&since=2026-12-31` */
export const auditSearch = ({ store, target, actor, since }: Record<string, unknown>): AuditSearch =>
  given({ store: textOf(store, 64), target: textOf(target), actor: textOf(actor), since: textOf(since, 10) });
