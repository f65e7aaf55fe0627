import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import { buyUpToInvoice, type TestStore } from './store.ts';

export const PRODUCT = { code: 'NF-1', name: 'Netflix <1 bulan> & "teman"', price: 20_000 };
export const TERMS = 'Jangan ganti <sandi> & "profil".';

export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A customer buys the product and gets its terms. Resolves with the message of these and what it is about. */
export async function buyWithTerms(
  shop: TestStore,
  customer?: { chat: ChatClient },
): Promise<{ chat: ChatClient; ref: string; terms: MessageView; data: string; orderId: number; productId: number }> {
  const { chat } = customer ?? (await shop.customer());
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  const terms = await chat.waitFor(TERMS);
  const data = terms.buttons[0]?.[0]?.data ?? '';
  const [orderId = 0, productId = 0] = data.split(':').slice(2).map(Number);
  shop.clock.advance(5000);
  return { chat, ref, terms, data, orderId, productId };
}

/** Presses `✅ Penuhi SNK` and sends a text. */
export async function fulfil(shop: TestStore, chat: ChatClient, text: string): Promise<void> {
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('Kirim buktinya');
  shop.clock.advance(5000);
  await chat.send(text);
  await chat.waitFor('sudah kami terima');
  shop.clock.advance(5000);
}
