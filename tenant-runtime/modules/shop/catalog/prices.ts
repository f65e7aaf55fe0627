import { z } from 'zod';
import { parseRupiah, type Rupiah } from '../../../../kernel/money.ts';

export const TiersSchema = z.array(z.object({ from: z.number(), price: z.number() }));

/** What one costs for whoever takes at least `from` of them. */
export type Tier = z.infer<typeof TiersSchema>[number];

export const TIER_LIMITS = { tiers: 10, quantity: 1000 } as const;

/**
 * What one costs when so many are taken: the best price that the quantity reaches. A tier that is no cheaper than the plain
 * price, which may have been lowered since, changes nothing.
 */
export function unitPriceOf({ price, tiers }: { price: Rupiah; tiers: readonly Tier[] }, quantity: number): Rupiah {
  return Math.min(price, ...tiers.filter((tier) => tier.from <= quantity).map((tier) => tier.price));
}

/** The tiers that make something cheaper, as customers read them. */
export function tiersInUse(of: { price: Rupiah; tiers: readonly Tier[] }): Tier[] {
  return of.tiers.filter((tier) => tier.price < unitPriceOf(of, tier.from - 1));
}

export type TierProblem =
  | { kind: 'empty' | 'too_many' }
  | { kind: 'shape' | 'quantity' | 'price' | 'repeated' | 'not_cheaper'; line: string };

export type ParsedTiers = { ok: true; tiers: Tier[] } | { ok: false; problem: TierProblem };

const LINE = /^(\d{1,6})\s*(?:pcs|x)?\s*(?:=|:|-|→|->)\s*(.+)$/i;

/**
 * Reads `5 = 14000`, one a line, in any order; `-` alone stands for none. Each must be cheaper than what fewer cost, down to
 * the plain `price`, which may be repeated as `1 = …`.
 */
export function parseTiers(text: string, price: Rupiah): ParsedTiers {
  if (text.trim() === '-') return { ok: true, tiers: [] };
  const typed = text.split(/[\n;]/).flatMap((line) => line.trim() || []);
  if (typed.length === 0) return { ok: false, problem: { kind: 'empty' } };
  const read: (Tier & { line: string })[] = [];
  for (const line of typed) {
    const [, quantity, cost] = LINE.exec(line) ?? [];
    if (quantity === undefined || cost === undefined) return { ok: false, problem: { kind: 'shape', line } };
    const parsed = parseRupiah(cost);
    if (!parsed.ok) return { ok: false, problem: { kind: 'price', line } };
    const from = Number(quantity);
    if (from < 1 || from > TIER_LIMITS.quantity) return { ok: false, problem: { kind: 'quantity', line } };
    if (from === 1 && parsed.amount === price) continue;
    if (from === 1) return { ok: false, problem: { kind: 'quantity', line } };
    read.push({ from, price: parsed.amount, line });
  }
  if (read.length > TIER_LIMITS.tiers) return { ok: false, problem: { kind: 'too_many' } };
  read.sort((a, b) => a.from - b.from);
  const wrong = read.find((tier, index) => tier.price >= (read[index - 1]?.price ?? price));
  const repeated = read.find((tier, index) => tier.from === read[index - 1]?.from);
  if (repeated) return { ok: false, problem: { kind: 'repeated', line: repeated.line } };
  if (wrong) return { ok: false, problem: { kind: 'not_cheaper', line: wrong.line } };
  return { ok: true, tiers: read.map(({ from, price }) => ({ from, price })) };
}

/** The most of a product that one customer may have; `-` or `0` stands for no limit. Undefined when it is no such number. */
export function parsePerCustomer(text: string): { value: number | null } | undefined {
  const typed = text.trim();
  if (typed === '-' || typed === '0') return { value: null };
  const value = Number(/^(\d{1,4})\s*(?:pcs|x)?$/i.exec(typed)?.[1] ?? Number.NaN);
  return value >= 1 && value <= TIER_LIMITS.quantity ? { value } : undefined;
}
