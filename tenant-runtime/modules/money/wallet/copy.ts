import { formatRupiah } from '../../../../kernel/money.ts';
import { type Html, html, lines } from '../../../bot/html.ts';
import type { Books } from './sql.ts';

const MOST_SHOWN = 10;

export const booksAreOff = (wrong: readonly Books[]): Html =>
  lines(
    html`💥 <b>Saldo tidak cocok dengan catatannya</b> (${wrong.length} pelanggan)`,
    ...wrong
      .slice(0, MOST_SHOWN)
      .map(
        ({ userId, balance, entered }) =>
          html`• <code>${userId}</code>: saldo ${formatRupiah(balance)}, catatan ${formatRupiah(entered)}`,
      ),
    wrong.length > MOST_SHOWN && html`… dan ${wrong.length - MOST_SHOWN} lagi`,
    html`\nHentikan dulu perubahan saldo, dan hubungi operator.`,
  );
