import { given, textOf } from '../../parts/search.ts';

export const SHOWN = ['open', 'closed', 'all'] as const;
export type Shown = (typeof SHOWN)[number];
export type IncidentsSearch = { show?: Shown; store?: string };

/** `?show=closed&store=warung`; the open ones without. */
export const incidentsSearch = ({ show, store }: Record<string, unknown>): IncidentsSearch =>
  given({ show: SHOWN.find((each) => each === show), store: textOf(store, 32) });
