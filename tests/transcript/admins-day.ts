import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice } from '../support/store.ts';
import { fulfil } from '../support/terms.ts';
import { playAfternoon } from './admins-afternoon.ts';
import { openTranscript, refIn, type Transcript } from './setup.ts';

/** An admin's day, from the first product to the statistics of the evening. */
export async function playAdminsDay(): Promise<string> {
  const transcript = await openTranscript('2026-03-02');
  try {
    await addsProduct(transcript);
    await sortsTheShelves(transcript);
    await makesVouchers(transcript);
    const budi = await sells(transcript);
    await playAfternoon(transcript, budi);
    const missing = transcript.sari.unseen();
    if (missing.length > 0) throw new Error(`no section shows: ${missing.join('\n---\n')}`);
    return transcript.page("An admin's day", INTRODUCTION);
  } finally {
    await transcript.close();
  }
}

const INTRODUCTION = `What an admin of a store, and now and then its owner, see in a day, as the store's bot said it to a test. \`👤\` is a person, \`🤖\` the
bot; \`[ … ]\` are buttons, \`👉\` marks the one that was pressed next, \`💬\` is a short answer at the top of the screen, and \`(diedit)\` a
message that was changed in place instead of sent. The other side of it is [a customer's day](a-customers-day.md).`;

export const PRODUCT = { code: 'NETFLIX-1B', name: 'Netflix Premium 1 Bulan', price: 25_000 };

async function addsProduct({ section, sari }: Transcript): Promise<void> {
  await section(
    '08.00',
    'The first product',
    'Sari has just opened the store. A wrong answer is asked again, and nothing is lost.',
  );
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('🛒 Kelola Produk', 'Kelola Produk');
  await sari.taps('➕ Tambah Produk', 'Langkah 1/5');
  await sari.says(PRODUCT.code, 'Langkah 2/5');
  await sari.says(PRODUCT.name, 'Langkah 3/5');
  await sari.says('dua puluh lima ribu', 'bukan harga');
  await sari.says('Rp25.000', 'Langkah 4/5');
  await sari.says('Akun pribadi, 1 profil, kualitas 4K.', 'Langkah 5/5');
  const goods = [
    'netflix-01 | kopi-tubruk',
    'netflix-02 | teh-poci',
    'netflix-03 | es-cendol',
    'netflix-04 | wedang-jahe',
    'netflix-02 | teh-poci',
  ];
  await sari.says(`#massal\n${goods.join('\n')}`, '4 isi ditambahkan');
  await sari.taps('➕ Tambah SNK', 'Kirim teks SNK');
  await sari.says('Jangan mengganti kata sandi.', 'SNK tersimpan');
  await sari.taps('🖼 Foto', 'Kirim foto');
  await sari.sendsPhoto({ shows: 'logo Netflix' }, 'Perubahan tersimpan');
}

async function sortsTheShelves({ section, sari }: Transcript): Promise<void> {
  await section('08.30', 'A category', 'Categories are buttons on the first screen of every customer.');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('🗂 Kategori', 'Kategori');
  await sari.taps('➕ Tambah Kategori', 'Kirim nama kategorinya');
  await sari.says('Streaming', 'Kategori tersimpan');
  await sari.taps('📦 Pilih Produk', 'Produk di Streaming');
  await sari.taps(`➖ ${PRODUCT.name} (${PRODUCT.code})`, { toast: 'masuk' }, /✅ Netflix/);
}

async function makesVouchers({ section, sari }: Transcript): Promise<void> {
  await section('08.45', 'Vouchers', 'Several at once, a line each, with or without days.');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('🎟️ Kelola Voucher', 'Kelola Voucher');
  await sari.taps('➕ Tambah Voucher', 'Contoh');
  await sari.says('HEMAT10 | 10% | 100\nGAJIAN | 5000 | 50 | 2026-03-25 | 2026-03-31', 'voucher tersimpan');
  await sari.taps('⬅️ Daftar Voucher', 'Kelola Voucher');
  await section('09.00', 'Terms in one line', 'The terms of a product can be typed as a form, too.');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('📜 Kelola SNK Produk', 'Kelola SNK Produk');
  await sari.taps('✍️ Ketik Formulir', 'Formulir SNK');
  await sari.says(`${PRODUCT.code} | Jangan mengganti kata sandi. Garansi 30 hari.`, 'SNK tersimpan');
}

async function sells({ shop, clock, section, sari, customer }: Transcript): Promise<ChatClient> {
  await section(
    '10.00',
    'An order by QRIS',
    'Budi buys. Sari hears of it at once, and the same message follows what becomes of the order.',
  );
  const budi = (await customer('Budi', 710_000_001)).person.chatWith(shop.bot);
  const ref = await buyUpToInvoice(budi, PRODUCT);
  await sari.sees('Menunggu pembayaran');
  await clock.pass(120_000);
  await shop.client.pakasir.pay(ref);
  await budi.waitFor('netflix-01', { since: 0 });
  await sari.sees('barang terkirim', 'Stok menipis');
  await section('10.15', 'A proof', 'He shows that he keeps the terms. Owners do not get this; admins do.');
  await budi.waitFor('Garansi 30 hari', { since: 0 });
  await fulfil(shop, budi, 'Sudah masuk, kata sandi tidak saya ubah');
  await sari.sees('Bukti SNK baru');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('📜 Kelola SNK Produk', 'Kelola SNK Produk');
  await sari.taps('📎 Bukti Masuk', 'Bukti SNK');
  await sari.taps('1', 'Sudah masuk');

  await section(
    '11.00',
    'Paid in cash',
    'Ani comes by and pays in cash: her order is marked paid with a note, and delivered like any other.',
  );
  const ani = (await customer('Ani', 710_000_009)).person.chatWith(shop.bot);
  refIn({ text: await buyUpToInvoice(ani, PRODUCT) });
  await sari.sees('Menunggu pembayaran');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('📦 Kelola Order', 'Kelola Order');
  await sari.taps('1', /^🧾 Order/);
  await sari.taps('✅ Tandai Lunas', 'Tulis catatan');
  await sari.says('bayar tunai di toko', 'Tandai lunas?');
  await sari.taps('✅ Ya, Tandai Lunas', 'ditandai lunas', 'barang terkirim');
  await section(
    '11.15',
    'How much to refund',
    'Eleven of thirty days are used, and it was claimed once. The calculator shows its steps.',
  );
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('🧮 Calculator', 'Mau menghitung apa?');
  await sari.taps('♻️ Hitung Refund', 'langkah 1 dari 4');
  await sari.says('25.000', 'langkah 2 dari 4');
  await sari.says('30', 'langkah 3 dari 4');
  await sari.says('11', 'langkah 4 dari 4');
  await sari.says('1', 'Hasil Hitung Refund');
  await section('11.30', 'A refund', 'A day of the account did not work; Budi gets something back, as balance.');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('📦 Kelola Order', 'Kelola Order');
  await sari.taps('2', /^🧾 Order/);
  await sari.taps('💸 Refund ke Saldo', 'Langkah 1/3');
  await sari.says('5.000', 'Langkah 2/3');
  await sari.says('Akun sempat tidak bisa dibuka', 'Langkah 3/3');
  await sari.taps('💸 Ya, Refund Rp5.000', 'sudah masuk ke saldo pembeli', 'Refund ke saldo: Rp5.000', /^💸 Refund tg/);
  return budi;
}
