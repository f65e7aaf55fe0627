import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_TEXT, visibleLength } from '../../tenant-runtime/bot/html.ts';
import { dateTime } from '../../tenant-runtime/bot/time.ts';
import { METHODS } from '../../tenant-runtime/gateway/pakasir/methods.ts';
import { copy as deskCopy } from '../../tenant-runtime/modules/money/orders/admin/copy.ts';
import { confirmRefund } from '../../tenant-runtime/modules/money/orders/admin/copy-forms.ts';
import { parseStatusLine } from '../../tenant-runtime/modules/money/orders/admin/schema.ts';
import type { Order } from '../../tenant-runtime/modules/money/orders/index.ts';
import { boundsHint } from '../../tenant-runtime/modules/money/payment-methods/index.ts';
import { copy as payCopy } from '../../tenant-runtime/modules/money/payments/copy.ts';
import { copy as cartCopy } from '../../tenant-runtime/modules/shop/cart/copy.ts';
import type { CartView } from '../../tenant-runtime/modules/shop/cart/index.ts';
import { markupProblem } from '../../tenant-runtime/modules/staff/templates/markup.ts';

// As long as each of them may be, and full of what must be escaped.
const NAME = '<&>"'.repeat(25);
const REF = `tg${'9'.repeat(15)}-${'z'.repeat(10)}`;
const CODE = 'X'.repeat(32);
const MOST = 100_000_000;
const AT = new Date('2026-11-22T14:05:00Z');

const LINES = Array.from({ length: 60 }, (_, index) => ({
  productId: index,
  name: NAME,
  kind: 'units' as const,
  price: MOST,
  tiers: [{ from: 2, price: 1 }],
  unitPrice: MOST,
  quantity: 1000,
  available: 1000,
  perCustomer: 1000,
  left: 1000,
  onSale: true,
}));

const ORDER: Order = {
  id: 1,
  ref: REF,
  userId: 9,
  status: 'delivered',
  method: 'balance',
  sandbox: true,
  subtotal: MOST * 60_000,
  discount: MOST,
  voucherCode: CODE,
  total: MOST * 59_999,
  fromBalance: 0,
  refunded: MOST * 59_998,
  refundNote: NAME.repeat(3),
  settledBy: 'admin:999999999999999',
  note: NAME.repeat(3),
  closedReason: null,
  closedAt: null,
  checkoutMessageId: 1,
  createdAt: AT,
  paidAt: AT,
  deliveredAt: AT,
};

const fits = (text: Parameters<typeof visibleLength>[0]) => {
  expect(visibleLength(text)).toBeLessThanOrEqual(MAX_TEXT);
  expect(markupProblem(text)).toBeUndefined();
};

test('the fullest cart, with all its news, fits a message', () => {
  const view: CartView = {
    lines: LINES,
    subtotal: ORDER.subtotal,
    discount: 0,
    total: ORDER.subtotal,
    voucher: { kind: 'fell', code: CODE, refusal: { kind: 'in_open_order', ref: REF } },
    changes: LINES.map(({ name }) => ({ name, kind: 'limited', quantity: 0 })),
  };
  const bounds = boundsHint(METHODS, ORDER.subtotal);
  expect(bounds).toBeDefined();
  fits(cartCopy.under(cartCopy.codeApplied, cartCopy.cart(view, { bounds })));
  fits(payCopy.choose(view, MOST, { bounds, trial: true }));
});

test('the fullest order fits its screen, below what just happened', () => {
  const customer = { id: 9, firstName: NAME, lastName: NAME, displayName: null, username: 'x'.repeat(32) };
  fits(deskCopy.detail(ORDER, LINES, customer, dateTime('Asia/Jakarta'), 'Artha Graha Virtual Account'));
  fits(confirmRefund(ORDER, MOST, NAME.repeat(3)));
});

test('a status line is read whole or answered with what is wrong, whatever is typed', () => {
  const word = fc.constantFrom('lunas', 'PAID', 'batal', 'Cancelled', 'refund', 'terkirim', '', 'tg1-abc', 'catatan');
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word).map((words) => words.join(' | ')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const parsed = parseStatusLine(text);
      if (!parsed.ok) return;
      expect(text).toContain('|');
      expect(parsed.ref).toBe(text.split('|')[0]!.trim().toLowerCase());
      if (parsed.target !== 'cancelled') expect(parsed.note?.length).toBeGreaterThanOrEqual(3);
      if (parsed.note !== undefined) expect(parsed.note.length).toBeLessThanOrEqual(300);
    }),
  );
  expect(parseStatusLine('TG1-a | Lunas | tunai | di toko')).toEqual({
    ok: true,
    ref: 'tg1-a',
    target: 'paid',
    note: 'tunai | di toko',
  });
});
