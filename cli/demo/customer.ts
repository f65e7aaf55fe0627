import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxClient } from '../../sandbox/client.ts';
import { CliError, EXIT } from '../exit.ts';
import { createScriptedPerson } from './chat.ts';
import { DEMO_STORE_NAME } from './options.ts';
import { DEMO_PRODUCTS } from './products.ts';
import type { DemoState } from './state.ts';

/** Between two taps of a customer, in milliseconds: who is faster than a person gets the anti-spam's answer. */
const HUMAN_PAUSE_MS = 1500;

export type Purchase = {
  sandbox: SandboxClient;
  botId: number;
  state: DemoState;
  tell(text: string): void;
  signal: AbortSignal;
};

/** One customer buys one product by QRIS, from /start to the goods. Resolves with the order's id. */
export async function buyOneProduct({ sandbox, botId, state, tell, signal }: Purchase): Promise<string> {
  const [product] = DEMO_PRODUCTS;
  const person = await sandbox.createUser(state.customer);
  const customer = createScriptedPerson(person.chatWith({ id: botId }), {
    name: state.customer.firstName,
    tell,
    pause: () => delay(HUMAN_PAUSE_MS, undefined, { signal }),
  });
  await customer.say('/start', new RegExp(DEMO_STORE_NAME));
  const list = await customer.choose('🛍 Semua Produk', new RegExp(product.name));
  await customer.say(numberOf(product.name, list.text), /Jumlah: 1/);
  await customer.choose('➕', /Jumlah: 2/);
  await customer.choose('🧺 Lanjut ke Keranjang', /Keranjang/);
  await customer.choose('💳 Lanjut ke Pembayaran', /./s);
  const invoice = await customer.choose('💠 QRIS', /tg\d+-\w+/);
  const orderId = /tg\d+-\w+/.exec(invoice.text)?.[0] ?? '';
  await customer.meanwhile(
    `💸 ${state.customer.firstName}\n   scans the QR code and pays in the banking app`,
    () => sandbox.pakasir.pay(orderId),
    /Pembayaran Berhasil/,
  );
  return orderId;
}

/** The number under which the list shows a product that can be bought. */
function numberOf(name: string, list: string): string {
  const line = list.split('\n').findIndex((text) => text.includes(name));
  const [shown = '', stock = ''] = list.split('\n').slice(line);
  const number = /^\s*(\d+)\./.exec(shown)?.[1];
  if (number && !stock.includes('Habis')) return number;
  throw new CliError(`${name} is sold out: earlier runs of the demo bought it all.`, {
    exit: EXIT.failed,
    code: 'DEMO_SOLD_OUT',
    hints: ['Restock it in the chat, or begin afresh: remove the folder of the demo.'],
  });
}
