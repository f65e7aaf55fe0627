import type { Clock } from '../../../../kernel/clock.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import { withoutInvisible } from '../../../../kernel/text.ts';
import type { Actor } from '../../../bot/context.ts';
import { type Page, paged } from '../../../bot/paging.ts';
import type { Change, Configuration } from '../../staff/configuration/index.ts';
import { createdSummary, switchedSummary } from './copy.ts';
import type { PlacedDraft, VoucherProblem } from './parse.ts';
import type { Closed, CountedVoucher, Quote, Refusal, Voucher } from './schema.ts';
import {
  discountGiven,
  findVoucher,
  insertUse,
  insertVoucher,
  listVouchers,
  lockVoucherInCart,
  type MetVoucher,
  putBackInCart,
  putInCart,
  setActive,
  setGivenBack,
  takeFromCart,
  takenCodes,
  voucherByCode,
  voucherInCart,
} from './sql.ts';

export type Vouchers = {
  /** Puts a code, as it was typed, into the customer's cart. The reason when it takes nothing off. */
  apply(tx: Tx, userId: number, code: string, subtotal: Rupiah): Promise<Refusal | undefined>;
  /** What the voucher in the cart takes off now; one that holds no longer is taken out of the cart. */
  quote(tx: Tx, userId: number, subtotal: Rupiah): Promise<Quote>;
  /** The same, and nobody else takes a use of it until the transaction ends. Before the products are locked, never after. */
  hold(tx: Tx, userId: number, subtotal: Rupiah): Promise<Quote>;
  drop(tx: Tx, userId: number): Promise<void>;
  /** Counts a voucher that was held as used by an order. */
  take(tx: Tx, order: { id: number; userId: number }, voucherId: number): Promise<void>;
  /** The order ended unpaid: its use is free for others. */
  giveBack(tx: Tx, orderId: number): Promise<void>;
  /** The order was paid after all: its price holds, so its use counts again, even beyond the limit. */
  takeBack(tx: Tx, orderId: number): Promise<void>;
  /** Puts the voucher of an order that failed back into the cart. */
  restore(tx: Tx, orderId: number): Promise<void>;

  /** The day in the store's zone, `YYYY-MM-DD`. */
  today(): string;
  list(on: Queryable, page: number): Promise<Page<CountedVoucher>>;
  find(on: Queryable, id: number): Promise<(CountedVoucher & { given: Rupiah }) | undefined>;
  /** Makes all of these vouchers, or, when one of the codes exists, none. */
  create(tx: Tx, actor: Actor, drafts: readonly PlacedDraft[]): Promise<VoucherProblem[]>;
  /** Switches a voucher on or off. False when it already is so. */
  setActive(tx: Tx, actor: Actor, id: number, active: boolean): Promise<boolean>;
};

const PAGE = 5;

const CODE = /^[A-Z0-9_-]{3,32}$/;

export function createVouchers(deps: { configuration: Configuration; timeZone: string; clock: Clock }): Vouchers {
  const { configuration, clock } = deps;
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: deps.timeZone, dateStyle: 'short' });
  const today = (): string => day.format(clock.now());

  function refusalOf(voucher: MetVoucher, subtotal: Rupiah): Refusal | undefined {
    // Their own open order may be what exhausts it: that is what they can do something about.
    const { active, openOrder, closingOrder } = voucher;
    if (active && openOrder !== null) return { kind: 'in_open_order', ref: openOrder };
    const state = stateOf(voucher, today());
    if (state?.kind === 'exhausted' && closingOrder !== null) return { kind: 'being_released', ref: closingOrder };
    return state ?? (discountOf(voucher, subtotal) === 0 ? { kind: 'no_effect' } : undefined);
  }

  async function quote(tx: Tx, userId: number, subtotal: Rupiah): Promise<Quote> {
    const voucher = await voucherInCart(tx, userId);
    if (!voucher) return { kind: 'none' };
    const refusal = refusalOf(voucher, subtotal);
    if (!refusal) return { kind: 'applied', voucher, discount: discountOf(voucher, subtotal) };
    await takeFromCart(tx, userId);
    return { kind: 'fell', code: voucher.code, refusal };
  }

  return {
    async apply(tx, userId, code, subtotal) {
      const typed = withoutInvisible(code).trim().toUpperCase();
      const voucher = CODE.test(typed) ? await voucherByCode(tx, userId, typed) : undefined;
      const refusal = voucher ? refusalOf(voucher, subtotal) : { kind: 'unknown' as const };
      if (voucher && !refusal) await putInCart(tx, userId, voucher.id);
      return refusal;
    },
    quote,
    hold: async (tx, userId, subtotal) =>
      (await lockVoucherInCart(tx, userId)) ? quote(tx, userId, subtotal) : { kind: 'none' },
    drop: takeFromCart,
    take: (tx, order, voucherId) =>
      insertUse(tx, { orderId: order.id, userId: order.userId, voucherId, at: clock.now() }),
    giveBack: (tx, orderId) => setGivenBack(tx, orderId, clock.now()),
    takeBack: (tx, orderId) => setGivenBack(tx, orderId, null),
    restore: putBackInCart,

    today,
    list: (on, page) => paged(page, PAGE, (window) => listVouchers(on, window)),
    async find(on, id) {
      const voucher = await findVoucher(on, id);
      return voucher && { ...voucher, given: await discountGiven(on, id) };
    },

    create: (tx, actor, drafts) =>
      configuration.change(tx, actor, async () => {
        const codes = drafts.map(({ code }) => code);
        const taken = await takenCodes(tx, codes);
        if (taken.size > 0) {
          const clashes = drafts.filter(({ code }) => taken.has(code));
          return { outcome: clashes.map(({ line }) => ({ line, field: 'code', reason: 'code_taken' }) as const) };
        }
        const after = drafts.map(({ line: _, ...draft }) => draft);
        for (const draft of after) await insertVoucher(tx, draft, clock.now());
        const target = codes.length === 1 ? `voucher:${codes[0]}` : 'vouchers';
        const changed: Change = { action: 'voucher.created', target, after, summary: createdSummary(after) };
        return { outcome: [], changed };
      }),

    setActive: (tx, actor, id, active) =>
      configuration.change(tx, actor, async () => {
        const code = await setActive(tx, id, active);
        if (code === undefined) return { outcome: false };
        const changed: Change = {
          action: 'voucher.switched',
          target: `voucher:${code}`,
          before: { active: !active },
          after: { active },
          summary: switchedSummary(code, active),
        };
        return { outcome: true, changed };
      }),
  };
}

/** What a voucher takes off: percent round down to whole rupiah, and nothing takes off more than there is. */
export function discountOf({ kind, value }: Pick<Voucher, 'kind' | 'value'>, subtotal: Rupiah): Rupiah {
  const off = kind === 'percent' ? Math.floor((subtotal * value) / 100) : value;
  return Math.min(off, subtotal);
}

/** Why nobody may use the voucher on this day (`YYYY-MM-DD` in the store's zone), if so. */
export function stateOf(voucher: CountedVoucher, today: string): Closed | undefined {
  const { startsOn, endsOn } = voucher;
  if (!voucher.active) return { kind: 'inactive' };
  if (startsOn !== null && today < startsOn) return { kind: 'not_yet', startsOn };
  if (endsOn !== null && today > endsOn) return { kind: 'expired', endsOn };
  return voucher.uses >= voucher.maxUses ? { kind: 'exhausted' } : undefined;
}
