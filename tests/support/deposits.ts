import type { ChatClient } from '../../sandbox/client.ts';
import { outOfBalance } from '../../tenant-runtime/modules/money/wallet/index.ts';
import type { TestStore } from './store.ts';

/** Plays a customer from the menu to the invoice of a deposit. Resolves with its id. */
export async function depositUpToInvoice(chat: ChatClient, amount = '50.000'): Promise<string> {
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('💠 QRIS');
  await chat.waitFor('Pilih nominalnya');
  await chat.tap(amount);
  // An earlier one may be told to be paid at this moment.
  const invoice = await chat.waitFor(/Invoice dp\d+-\w+[\s\S]*Bayar sebelum/);
  return /dp\d+-\w+/.exec(invoice.text)![0];
}

export async function balanceOf(shop: TestStore, userId: number): Promise<number> {
  const [row] = await shop.database.db.query<{ balance: number }>('SELECT balance FROM wallets WHERE user_id = $1', [
    userId,
  ]);
  return row?.balance ?? 0;
}

/** Balances that are not the sum of their entries: there must be none, ever. */
export const unbalanced = (shop: TestStore) => outOfBalance(shop.database.db);
