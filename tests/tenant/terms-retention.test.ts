import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { storeForProcesses } from '../support/process-store.ts';
import { type RuntimeProcess, startRuntime } from '../support/runtime-process.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { buyWithTerms, fulfil, PIXEL, PRODUCT, TERMS } from '../support/terms.ts';

let shop: TestStore;
let runtime: RuntimeProcess | undefined;
afterEach(async () => {
  runtime?.kill('SIGKILL');
  await runtime?.exited;
  runtime = undefined;
  await shop.close();
});

const DAY_MS = 86_400_000;
const count = async (what: string) => (await shop.database.db.query(`SELECT 1 FROM ${what}`)).length;

test('proofs are kept for the days of the store, forgotten at a start after that, and may then be sent anew', async () => {
  shop = await startTestStore({ env: { SNK_RETENTION_DAYS: '30' } });
  await shop.product({ ...PRODUCT, contents: ['satu'], terms: TERMS });
  const { chat } = await buyWithTerms(shop);
  await fulfil(shop, chat, 'bukti lama');
  shop.clock.advance(29 * DAY_MS);
  await shop.restart();
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('bukti lama');
  shop.clock.advance(2 * DAY_MS);
  await shop.restart();
  await expect.poll(() => count('term_proofs')).toBe(0);
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('Kirim buktinya');
});

test('a proof that was replaced is as old as its newest', async () => {
  shop = await startTestStore({ env: { SNK_RETENTION_DAYS: '30' } });
  await shop.product({ ...PRODUCT, contents: ['satu'], terms: TERMS });
  const { chat } = await buyWithTerms(shop);
  await fulfil(shop, chat, 'bukti satu');
  shop.clock.advance(20 * DAY_MS);
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('bukti satu');
  await chat.tap('🔁 Ganti Bukti');
  await chat.waitFor('Kirim buktinya');
  shop.clock.advance(5000);
  await chat.send('bukti dua');
  await chat.waitFor('sudah kami perbarui');
  shop.clock.advance(15 * DAY_MS);
  await shop.restart();
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('bukti dua');
});

/** A proof that waits in the queue because Telegram holds the admin back. */
async function waitingProof() {
  shop = await startTestStore({ env: { SNK_RETENTION_DAYS: '30' } });
  await shop.product({ ...PRODUCT, contents: ['satu'], terms: TERMS });
  const { chat } = await buyWithTerms(shop);
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.waitFor('barang terkirim', { since: 0 });
  const hold = await shop.client.faults.add({
    target: 'telegram',
    chatId: adminChat.userId,
    kind: '429',
    times: 'always',
  });
  await fulfil(shop, chat, 'bukti tertahan');
  await hold.waitFired();
  return { adminChat, hold };
}

test('what no admin could be sent for so long is not sent any more, and not kept', async () => {
  const { adminChat, hold } = await waitingProof();
  expect(await count('outbox WHERE sealed IS NOT NULL')).toBe(1);
  shop.clock.advance(31 * DAY_MS);
  await shop.restart();
  await expect.poll(() => count('outbox WHERE sealed IS NOT NULL')).toBe(0);
  await hold.remove();
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  expect(await adminChat.transcript()).not.toContain('bukti tertahan');
});

test('a key that was lost holds up no chat: the admins hear whose proof it was, and everything after it', async () => {
  const { adminChat, hold } = await waitingProof();
  shop.env.DATA_ENCRYPTION_KEY = randomBytes(32).toString('base64');
  await shop.database.db.query(`INSERT INTO outbox (cause, chat_id, text) VALUES ('uji', $1, 'pesan sesudahnya')`, [
    adminChat.userId,
  ]);
  await hold.remove();
  await shop.restart();
  await adminChat.waitFor('pesan sesudahnya', { since: 0 });
  expect((await adminChat.waitFor('Bukti SNK baru', { since: 0 })).text).not.toContain('bukti tertahan');
});

test('a sealed proof that somebody copies to another order opens nowhere', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['satu', 'dua'], terms: TERMS });
  const first = await buyWithTerms(shop);
  await fulfil(shop, first.chat, 'bukti milik Budi');
  const other = await buyWithTerms(shop);
  await fulfil(shop, other.chat, 'bukti lain');
  await shop.database.db.query(
    `UPDATE term_proofs SET content = (SELECT content FROM term_proofs WHERE order_id = $1) WHERE order_id = $2`,
    [first.orderId, other.orderId],
  );
  await other.chat.tap('✅ Penuhi SNK');
  await other.chat.waitForToast('gangguan');
  expect(await other.chat.transcript()).not.toContain('milik Budi');
});

async function openProcess(): Promise<Record<string, string>> {
  const made = await storeForProcesses();
  shop = made.shop;
  await shop.product({ ...PRODUCT, contents: ['satu'], terms: TERMS });
  return made.env;
}

test('killed between storing a proof and forwarding it, the admins get it, once', async () => {
  const env = await openProcess();
  runtime = await startRuntime(env, 'terms.stored');
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor(TERMS);
  shop.clock.advance(5000);
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('Kirim buktinya');
  await chat.sendPhoto({ bytes: PIXEL, caption: 'bukti saya' });
  expect((await runtime.exited).signal).toBe('SIGKILL');
  const adminChat = shop.admin.chatWith(shop.bot);
  expect((await adminChat.messages()).filter((message) => message.text.includes('bukti saya'))).toEqual([]);

  runtime = await startRuntime(env);
  await adminChat.waitFor('bukti saya', { since: 0 });
  // The update comes again, as it was never confirmed: what answers the next one shows that it was met.
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('Kamu sudah mengirim bukti ini');
  expect((await adminChat.messages()).filter((message) => message.text.includes('bukti saya'))).toHaveLength(1);
  expect(await count('term_proofs')).toBe(1);
});
