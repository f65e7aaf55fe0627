import type { SandboxClient } from '../../sandbox/client.ts';
import type { Output } from '../output/output.ts';
import { withProgress } from '../output/progress.ts';
import { createScriptedPerson, type ScriptedPerson } from './chat.ts';
import { DEMO_PRODUCTS, type DemoProduct } from './products.ts';
import type { DemoState, StateFile } from './state.ts';

export type Stocking = { sandbox: SandboxClient; botId: number; state: DemoState; file: StateFile; output: Output };

/** The seller puts the products on the shelf, in Telegram, through the bot's own wizard. */
export async function addProducts({ sandbox, botId, state, file, output }: Stocking): Promise<void> {
  const person = await sandbox.createUser(state.seller);
  const seller = createScriptedPerson(person.chatWith({ id: botId }), {
    name: state.seller.firstName,
    tell: () => {},
    pause: async () => {},
  });
  // A bot may write only to those who wrote to it, and the sandbox begins anew with each run.
  await seller.say('/start', /./s);
  const missing = DEMO_PRODUCTS.filter(({ code }) => !state.stocked.includes(code));
  if (missing.length === 0) return;
  output.note(`\n${state.seller.firstName}, the seller, stocks the shop in Telegram (/admin → 🛒 → ➕):`);
  for (const product of missing) {
    await withProgress(output, `${product.name}, ${product.price}, ${product.units} units`, () =>
      addProduct(seller, product),
    );
    state.stocked.push(product.code);
    await file.write(state);
  }
}

async function addProduct(seller: ScriptedPerson, product: DemoProduct): Promise<void> {
  const units = Array.from({ length: product.units }, product.unit);
  await seller.say('/admin', /admin/i);
  await seller.choose('🛒 Kelola Produk', /produk/i);
  const asked = await seller.choose('➕ Tambah Produk', /kode/i);
  // The code of a product that a run before this one made, and died before it wrote that down.
  const taken = await seller.say(product.code, /nama|sudah (ada|dipakai)/i);
  if (taken.id !== asked.id && /sudah (ada|dipakai)/i.test(taken.text)) return;
  await seller.say(product.name, /harga/i);
  await seller.say(product.price, /deskripsi/i);
  await seller.say(product.description, /isi produk/i);
  await seller.say(['#massal', ...units].join('\n'), /SNK/);
  await seller.choose('⏭ Skip SNK', new RegExp(product.code));
}
