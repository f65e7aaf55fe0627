import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { type Html, html } from '../../../bot/html.ts';
import type { GatewayMethod } from '../../../gateway/index.ts';

export const fitting = (methods: readonly GatewayMethod[], total: Rupiah): GatewayMethod[] =>
  methods.filter(({ min, max }) => total >= min && total <= max);

/** A full cart leaves room for so many names. */
const MOST_NAMED = 2;

/** An amount that no method takes, and the nearest that one does. */
export type Unfit = { kind: 'too_small' | 'too_large'; limit: Rupiah; labels: string };

export function unfit(methods: readonly GatewayMethod[], total: Rupiah): Unfit | undefined {
  if (methods.length === 0 || fitting(methods, total).length > 0) return undefined;
  const least = Math.min(...methods.map(({ min }) => min));
  const named = (of: readonly GatewayMethod[]) =>
    of.length > MOST_NAMED ? 'cara bayar yang ada' : of.map(({ label }) => label).join(', ');
  return total < least
    ? { kind: 'too_small', limit: least, labels: named(methods.filter(({ min }) => min === least)) }
    : {
        kind: 'too_large',
        limit: Math.max(...methods.map(({ max }) => max).filter((max) => max < total)),
        labels: named(methods),
      };
}

/** What a customer reads when a total fits not every method: what would help. Undefined when all take it. */
export function boundsHint(methods: readonly GatewayMethod[], total: Rupiah): Html | undefined {
  if (total === 0) return undefined;
  const none = unfit(methods, total);
  if (none?.kind === 'too_small')
    return html`ℹ️ ${none.labels} baru bisa mulai ${formatRupiah(none.limit)}. Tambah produk lain, atau bayar pakai saldo, ya.`;
  if (none)
    return html`ℹ️ Total ini di atas batas sekali bayar lewat ${none.labels}: paling banyak ${formatRupiah(none.limit)}. Bagi belanjaanmu jadi beberapa pesanan, atau bayar pakai saldo, ya.`;
  const tight = methods.find(({ max }) => total > max);
  if (tight)
    return html`ℹ️ ${tight.label} hanya sampai ${formatRupiah(tight.max)}, jadi yang ini pakai cara bayar lain, ya.`;
  const early = methods.find(({ min }) => total < min);
  return early && html`ℹ️ ${early.label} baru bisa mulai ${formatRupiah(early.min)}.`;
}
