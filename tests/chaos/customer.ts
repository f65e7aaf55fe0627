import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageView, SandboxClient } from '../../sandbox/client.ts';
import type { Person } from './person.ts';
import type { Customer, Product, Visit } from './plan.ts';
import type { Favour } from './seller.ts';

/** An order that awaits its payment, as its customer holds it. */
export type Invoice = { ref: string; orderId: number; message: MessageView };

export type Market = {
  client: SandboxClient;
  products: readonly Product[];
  /** How long an invoice can be paid. */
  expiryMs: number;
  /** Asks an admin for something; resolves once they have done it. */
  favour(what: Favour, orderId: number): Promise<void>;
  /** Goes on beside the visits. */
  meanwhile(work: Promise<unknown>): void;
  /** Called with each order of a customer. */
  ordered(): void;
  paidByBalance(): void;
  /** The storm is over, and so is patience. */
  closed(): boolean;
};

const ROUNDS = 10;
const INVOICE = /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/;
const NO_INVOICE = /Stok|stok|masih punya|banyak pesanan|kosong|ditutup|berkurang/;

/** Plays one customer through all of their visits. */
export async function playCustomer(market: Market, person: Person, customer: Customer): Promise<void> {
  await person.until(() => person.chat.send('/start'), 'Selamat datang');
  for (const visit of customer.visits) {
    if (market.closed()) return;
    await sleep(visit.pauseMs);
    if (visit.deposit) await deposit(market, person, visit.deposit);
    const invoice = await order(market, person, visit);
    if (invoice) await conclude(market, person, visit, invoice);
  }
  if (customer.leaves) await person.try(() => person.chat.block());
}

async function deposit({ client }: Market, person: Person, amount: number): Promise<void> {
  const { chat } = person;
  if (!(await person.until(() => chat.send('💰 Deposit'), 'Deposit Saldo'))) return;
  if (!(await person.until(() => chat.tap('💠 QRIS'), 'Pilih nominalnya', { tries: 2 }))) return;
  await person.try(() => chat.tap(amount.toLocaleString('id-ID')));
  const invoice = await person.see(/Invoice dp\d+-\w+[\s\S]*Bayar sebelum/, 9000);
  const ref = invoice && /dp\d+-\w+/.exec(invoice.text)?.[0];
  if (!ref) return;
  await pay(client, ref);
  await person.see(/Deposit Rp\S+ sudah masuk/, 8000);
}

/** From the product to an invoice; undefined when it was paid by balance, or could not be had. */
async function order(market: Market, person: Person, visit: Visit): Promise<Invoice | undefined> {
  const since = await person.chat.mark();
  for (let round = 0; round < ROUNDS && !market.closed(); round += 1) {
    // The invoice of an earlier press, which took its time.
    const late = round > 0 && (await person.see(INVOICE, 0, since));
    if (late) return take(market, late);
    const cart = await fill(market, person, visit);
    const choice =
      cart && (await person.until(() => person.chat.tap('💳 Lanjut ke Pembayaran'), 'Pilih Metode Pembayaran'));
    if (!choice) {
      await sleep(1200);
      continue;
    }
    const made = await press(market, person, visit, choice);
    if (made === 'balance') return undefined;
    if (made) return made;
  }
  return undefined;
}

function take(market: Market, message: MessageView): Invoice {
  market.ordered();
  const cancel = message.buttons.flat().find((one) => one.data?.startsWith('pay:cancel:'))?.data;
  return { ref: /tg\d+-\w+/.exec(message.text)![0], orderId: Number(cancel?.split(':')[2]), message };
}

async function fill(market: Market, { until, chat }: Person, visit: Visit): Promise<MessageView | undefined> {
  let cart: MessageView | undefined;
  for (const { product, quantity } of visit.basket) {
    const { code } = market.products[product]!;
    const shown = await until(() => chat.send(`/start p_${code}`), /📊 Stok/);
    if (!shown || shown.text.includes('sedang habis')) return undefined;
    const more = quantity === 1 ? undefined : quantity === 2 ? '✌️ x2' : '🖐️ x5';
    // Of five they get as many as there are; that is a bigger purchase, and a shorter one when stock is low.
    if (more) await until(() => chat.tap(more), /Jumlah: [2-9]/, { tries: 2 });
    cart = await until(() => chat.tap('🧺 Lanjut ke Keranjang'), 'Keranjang Belanja', { tries: 3 });
    if (!cart) return undefined;
  }
  const { voucher } = visit;
  if (voucher && (await until(() => chat.tap('🎟️ Gunakan Kupon'), /kode kupon/i, { tries: 2 }))) {
    const used = await until(() => chat.send(voucher), /Keranjang Belanja|🎟️|Kupon/, { tries: 1 });
    // One that is used up takes nothing off; the cart is there as it was.
    if (!used?.text.includes('Keranjang Belanja')) await until(() => chat.tapData('cart:view'), 'Keranjang Belanja');
  }
  return cart;
}

async function press(
  market: Market,
  person: Person,
  visit: Visit,
  choice: MessageView,
): Promise<Invoice | 'balance' | undefined> {
  const { chat } = person;
  const buttons = choice.buttons.flat();
  const balance = buttons.find((one) => one.data?.startsWith('pay:balance:'))?.data;
  const qris = buttons.find((one) => one.label === '💠 QRIS')?.data;
  // What costs nothing is not paid by QRIS.
  const button = balance && (visit.byBalance || !qris) ? balance : qris;
  if (button === undefined) return undefined;
  const tap = () => chat.tapData(button, { messageId: choice.id, force: true });
  if (!(await person.try(tap))) return undefined;
  if (visit.hasty) await person.try(tap);
  if (button === balance) {
    const paid = await person.either(/Dibayar dengan Saldo|Gratis dengan Kupon/, NO_INVOICE, 6000);
    if (!paid || paid === 'toast') return undefined;
    market.ordered();
    market.paidByBalance();
    return 'balance';
  }
  const answer = await person.either(
    /Bayar sebelum|layanan pembayaran sedang terganggu|pembayaran di toko ini sedang tidak tersedia/,
    NO_INVOICE,
    9000,
  );
  if (!answer || answer === 'toast' || !INVOICE.test(answer.text)) return undefined;
  return take(market, answer);
}

async function conclude(market: Market, person: Person, visit: Visit, invoice: Invoice): Promise<void> {
  const { client } = market;
  const { chat } = person;
  const on = { messageId: invoice.message.id, force: true };
  const tap = (action: string) => person.try(() => chat.tapData(`pay:${action}:${invoice.orderId}`, on));
  const ask = async () => {
    for (let asked = 0; asked < visit.asks; asked += 1) {
      await tap('status');
      await sleep(300);
    }
  };
  const receive = () =>
    person.see(new RegExp(`Pembayaran Berhasil[\\s\\S]*${invoice.ref}`), 8000, invoice.message.changed);

  switch (visit.ending) {
    case 'pay':
    case 'pay_again': {
      if (visit.awayMs) return away(market, person, visit.awayMs, invoice.ref);
      await pay(client, invoice.ref);
      await ask();
      if (visit.ending === 'pay_again') {
        await pay(client, invoice.ref);
        await client.pakasir.notify(invoice.ref).catch(() => undefined);
      }
      await receive();
      return;
    }
    case 'refund':
      await pay(client, invoice.ref);
      await receive();
      return market.meanwhile(market.favour('refund', invoice.orderId));
    case 'cancel':
      await tap('cancel');
      if (visit.hasty) await tap('cancel');
      await person.see('dibatalkan', 4000);
      return;
    case 'cancel_while_paying':
      await Promise.all([tap('cancel'), pay(client, invoice.ref)]);
      return;
    case 'pay_after_cancel':
      await tap('cancel');
      await person.see('dibatalkan', 4000);
      await pay(client, invoice.ref);
      return;
    case 'expire':
      await ask();
      return;
    case 'pay_late':
      return market.meanwhile(sleep(market.expiryMs + 3000).then(() => pay(client, invoice.ref)));
    case 'receipt':
      return market.meanwhile(market.favour('paid', invoice.orderId));
    case 'pay_then_receipt':
      await pay(client, invoice.ref);
      return market.meanwhile(market.favour('paid', invoice.orderId));
    case 'receipt_then_pay':
      return market.meanwhile(market.favour('paid', invoice.orderId).then(() => pay(client, invoice.ref)));
  }
}

/** Blocks the bot, pays, and comes back. */
async function away({ client }: Market, person: Person, awayMs: number, ref: string): Promise<void> {
  await person.chat.block();
  await pay(client, ref);
  await sleep(awayMs);
  await person.chat.unblock();
  await person.until(() => person.chat.send('/start'), 'Selamat datang');
}

/** A bank takes the money whatever the shop thinks of the invoice. */
const pay = (client: SandboxClient, ref: string) =>
  client.pakasir.pay(ref, { force: true }).catch((error: Error) => {
    if (!/no transaction/.test(error.message)) throw error;
  });
