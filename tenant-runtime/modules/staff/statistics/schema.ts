import type { Rupiah } from '../../../../kernel/money.ts';
import type { Shortfall } from '../../shop/stock/index.ts';

/** Days of the store's calendar, today included. */
export const PERIODS = [1, 7, 30] as const;
export type Period = (typeof PERIODS)[number];

export const isPeriod = (days: number): days is Period => PERIODS.some((period) => period === days);

/** What a period came to. */
export type Figures = {
  newUsers: number;
  /** Orders made in the period, and how many of those are paid by now. */
  made: number;
  converted: number;
  /** Orders paid in the period, whenever they were made, and what they brought, without what went back. */
  paid: number;
  revenue: Rupiah;
  deposits: number;
  deposited: Rupiah;
  /** Orders that ended in the period without being sold. */
  expired: number;
  cancelled: number;
  credited: number;
};

/** A product with the part of the revenue that its lines brought: a discount or refund is shared among the lines. */
export type Seller = { name: string; units: number; revenue: Rupiah };

/** An hour or a day, in the store's zone: `at` is local time, as if it were UTC. What is yet to come has no orders. */
export type Bucket = { at: Date; revenue: Rupiah; orders: number | null };

export type Report = {
  period: Period;
  figures: Figures;
  /** The period before; of yesterday, the part up to the same time of day. */
  before: Figures;
  bestSellers: Seller[];
  buckets: Bucket[];
  /** Paid orders whose goods are not delivered yet, as of now. */
  waiting: number;
  low: { products: Shortfall[]; total: number };
};
