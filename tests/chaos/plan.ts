import { createDice, type Dice } from './dice.ts';

/** How a purchase goes on once its invoice is there. */
export const ENDINGS = [
  'pay',
  /** The bank says it twice. */
  'pay_again',
  /** And an admin gives some of it back. */
  'refund',
  'cancel',
  'cancel_while_paying',
  'pay_after_cancel',
  'expire',
  'pay_late',
  /** An admin marks it paid on a receipt: alone, after the money of the gateway, before it. */
  'receipt',
  'pay_then_receipt',
  'receipt_then_pay',
] as const;
export type Ending = (typeof ENDINGS)[number];

export type Product = { code: string; name: string; price: number; long: boolean; terms: string | undefined };

/** The second is used up soon, and given back by orders that end unpaid. */
export const VOUCHERS = [
  { code: 'HEMAT10', kind: 'percent', value: 10, maxUses: 10_000 },
  { code: 'LIMARIBU', kind: 'rupiah', value: 5000, maxUses: 8 },
] as const;

export type Visit = {
  /** Fills the balance first, by this much. */
  deposit: number | undefined;
  /** Places in the list of products, each once. */
  basket: readonly { product: number; quantity: number }[];
  voucher: string | undefined;
  /** Pays by balance where it covers. */
  byBalance: boolean;
  ending: Ending;
  /** How often they press `🔄 Cek Status`. */
  asks: number;
  /** Presses buttons twice. */
  hasty: boolean;
  /** Blocks the bot around the payment, for this long. */
  awayMs: number | undefined;
  /** Before the visit. */
  pauseMs: number;
};

export type Customer = {
  name: string;
  visits: readonly Visit[] /** Ends by blocking the bot for good. */;
  leaves: boolean;
};

/** Who does what. What happens in between, and when, is up to the machine; nothing here depends on that. */
export type Plan = {
  seed: number;
  mode: 'polling' | 'webhook';
  products: readonly Product[];
  customers: readonly Customer[];
};

/** A customer may make ten orders in ten minutes, and some of theirs are made again. */
const MOST_VISITS = 3;
/** People in the shop at one time. */
export const CROWD = 40;

export function createPlan(seed: number, purchases: number): Plan {
  const dice = createDice(seed, 'plan');
  const products = Array.from(
    { length: 6 },
    (_, index): Product => ({
      code: `kode-${index}`,
      name: `Akun <${index}> & "Kawan"`,
      price: dice.whole(2, 40) * 1000,
      long: index === 5,
      terms: index % 3 === 0 ? `Jangan ganti sandi akun ${index}.` : undefined,
    }),
  );
  const visitsEach = Math.min(MOST_VISITS, Math.ceil(purchases / CROWD));
  const people = Math.ceil(purchases / visitsEach);
  const customers = Array.from({ length: people }, (_, index): Customer => {
    const own = createDice(seed, 'customer', index);
    const visits = Math.min(visitsEach, purchases - index * visitsEach);
    return {
      name: `Pembeli <b>${index}</b>`,
      visits: Array.from({ length: visits }, () => visitOf(own, products.length)),
      leaves: own.chance(0.08),
    };
  });
  return { seed, mode: seed % 2 === 0 ? 'webhook' : 'polling', products, customers };
}

function visitOf(dice: Dice, products: number): Visit {
  const first = dice.whole(0, products - 1);
  const second = (first + dice.whole(1, products - 1)) % products;
  const basket = [{ product: first, quantity: dice.whole(1, 3) }];
  if (dice.chance(0.25)) basket.push({ product: second, quantity: dice.whole(1, 2) });
  return {
    deposit: dice.chance(0.12) ? dice.pick([50_000, 100_000]) : undefined,
    basket,
    voucher: dice.chance(0.25) ? dice.pick(VOUCHERS).code : undefined,
    byBalance: dice.chance(0.6),
    ending: dice.chance(0.5) ? 'pay' : dice.pick(ENDINGS),
    asks: dice.chance(0.3) ? dice.whole(1, 3) : 0,
    hasty: dice.chance(0.3),
    awayMs: dice.chance(0.12) ? dice.whole(500, 4000) : undefined,
    pauseMs: dice.whole(100, 1500),
  };
}
