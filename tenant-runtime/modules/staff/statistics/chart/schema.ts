import type { Rupiah } from '../../../../../kernel/money.ts';

/** What a chart shows: revenue as bars, orders as a line. Plain data, as it goes to another process. */
export type ChartSpec = {
  title: string;
  subtitle: string;
  names: { revenue: string; orders: string };
  /** Said in the middle when there is nothing to show. */
  empty: string;
  /** Places in time, oldest first. A label may have two lines, or be empty; what is yet to come has no orders. */
  buckets: readonly { label: string; revenue: Rupiah; orders: number | null }[];
};

/** Pixels of the image: wide enough for a phone held upright, without Telegram's scaling it down. */
export const CHART_SIZE = { width: 1280, height: 860 } as const;
