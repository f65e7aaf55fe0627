import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { formatRupiah } from '../../../../kernel/money.ts';
import { type Html, html, lines } from '../../../bot/html.ts';
import type { OwnerEvents } from '../../delivery/owner-events/index.ts';
import { type LedgerDifference, outOfBalance } from './sql.ts';

const MOST_SHOWN = 10;

const ledgerDiffers = (wrong: readonly LedgerDifference[]): Html =>
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

/**
 * Compares every balance with the sum of its entries. They cannot differ, as far as we know: if they do, the owners must
 * hear of it at once, and once a day until it is corrected.
 */
export function createLedgerCheck(deps: { owners: Pick<OwnerEvents, 'notify'>; log: Log }) {
  return async (db: Db, now: Date): Promise<void> => {
    const wrong = await outOfBalance(db);
    if (wrong.length === 0) return;
    deps.log.error({ wallets: wrong.length }, 'balances differ from their entries');
    await db.tx((tx) =>
      deps.owners.notify(tx, {
        cause: `ledger:${now.toISOString().slice(0, 10)}`,
        kind: 'money',
        severity: 'fatal',
        text: ledgerDiffers(wrong),
      }),
    );
  };
}
