import { expect } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { outOfBalance } from '../../tenant-runtime/modules/wallet/index.ts';
import type { TestStore } from './store.ts';

const REF = /dp\d+-\w+/g;

/** Plays a customer from the menu to the invoice of a deposit. Resolves with its id. */
export async function depositUpToInvoice(chat: ChatClient, amount = '50.000'): Promise<string> {
  // What became of an earlier deposit may still be told while this one is made.
  const earlier = (await chat.messages()).flatMap(({ text }) => text.match(REF) ?? []);
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('💠 QRIS');
  await chat.waitFor('Pilih nominalnya');
  await chat.tap(amount);
  let ref: string | undefined;
  await expect
    .poll(async () => {
      const texts = (await chat.messages()).map(({ text }) => text).filter((text) => text.includes('Invoice'));
      ref = texts.flatMap((text) => text.match(REF) ?? []).find((found) => !earlier.includes(found));
      return ref;
    })
    .toBeDefined();
  return ref as string;
}

export async function balanceOf(shop: TestStore, userId: number): Promise<number> {
  const [row] = await shop.database.db.query<{ balance: number }>('SELECT balance FROM wallets WHERE user_id = $1', [
    userId,
  ]);
  return row?.balance ?? 0;
}

/** Balances that are not the sum of their entries: there must be none, ever. */
export const unbalanced = (shop: TestStore) => outOfBalance(shop.database.db);
