import { voucher } from '../support/vouchers.ts';
import { openTranscript, refIn, type Transcript } from './setup.ts';

/** A customer's day, from the first `/start` to the question that only a human can answer. */
export async function playCustomersDay(): Promise<string> {
  const transcript = await openTranscript('2026-03-02');
  try {
    await stock(transcript);
    const budi = await transcript.customer('Budi', 710_000_001);
    const cast = { ...transcript, budi };
    await looksAround(cast);
    await buysByQris(cast);
    await keepsTheTerms(cast);
    await looksBack(cast);
    await fillsTheBalance(cast);
    await asksToBeTold(cast);
    await changesTheProfile(cast);
    const missing = budi.unseen();
    if (missing.length > 0) throw new Error(`no section shows: ${missing.join('\n---\n')}`);
    return transcript.page("A customer's day", INTRODUCTION);
  } finally {
    await transcript.close();
  }
}

const INTRODUCTION = `What one customer of a store sees in a day, as the store's bot said it to a test. \`👤\` is a person, \`🤖\` the bot; \`[ … ]\` are buttons,
\`👉\` marks the one that was pressed next, and \`(diedit)\` a message that was changed in place instead of sent. The seller's side of it is
[an admin's day](an-admins-day.md).`;

type Participants = Transcript & { budi: Awaited<ReturnType<Transcript['customer']>> };

async function stock({ shop }: Transcript): Promise<void> {
  const netflix = await shop.product({
    code: 'netflix-1b',
    name: 'Netflix Premium 1 Bulan',
    price: 25_000,
    contents: [
      'budi.nonton@warung.id | kopi-tubruk-21',
      'sari.nonton@warung.id | teh-poci-34',
      'adi.nonton@warung.id | es-cendol-55',
    ],
    terms: 'Jangan mengganti kata sandi dan profil.\nGaransi 30 hari, kirim foto layar kalau ada kendala.',
  });
  await shop.product({
    code: 'spotify-1b',
    name: 'Spotify Premium 1 Bulan',
    price: 15_000,
    contents: ['spotify-A1', 'spotify-A2'],
  });
  const canva = await shop.product({ code: 'canva-1t', name: 'Canva Pro 1 Tahun', price: 45_000, contents: [] });
  const { db } = shop.database;
  await db.query(
    `WITH made AS (INSERT INTO categories (name) VALUES ('Streaming') RETURNING id)
     UPDATE products SET category_id = made.id FROM made WHERE products.id <> $1`,
    [canva],
  );
  await db.query('UPDATE products SET description = $2 WHERE id = $1', [
    netflix,
    'Akun pribadi, 1 profil, kualitas 4K.\nBisa dipakai di HP, laptop, dan TV.',
  ]);
  await voucher(shop, { code: 'HEMAT10', value: 10 });
}

async function looksAround({ section, budi }: Participants): Promise<void> {
  await section('08.00', 'The first visit', 'Budi found a link to the store and presses `/start`.');
  await budi.says('/start', 'Menu toko siap', 'Selamat datang');
  await budi.taps('📖 Cara Order', 'Cara Order di');
  await budi.taps('⬅️ Kembali ke Menu Utama', 'Selamat datang');
  await budi.says('🏷 Cek Stok', 'Cek Stok');
  await budi.says('🛍 Semua Produk', 'Semua Produk');
  await section('08.05', 'Searching', 'He knows what he wants.');
  await budi.says('/cari netflix', 'Hasil untuk');
}

async function buysByQris({ section, shop, budi }: Participants): Promise<void> {
  await section('08.10', 'Buying', 'The quantity is changed in place, and a voucher goes into the cart.');
  await budi.taps('1', 'Jumlah: 1');
  await budi.taps('➕', 'Jumlah: 2');
  await budi.taps('🧺 Lanjut ke Keranjang', 'Keranjang Belanja');
  await budi.taps('🎟️ Gunakan Kupon', 'Ketik kode kuponmu');
  await budi.says('hemat', 'tidak kami kenal');
  await budi.says('hemat10', 'Kuponnya terpasang');
  await budi.taps('💳 Lanjut ke Pembayaran', 'Pilih Metode Pembayaran');
  const ref = refIn(await budi.taps('💠 QRIS', 'Sedang memuat', /Invoice/));
  await budi.taps('🔄 Cek Status', /belum masuk/);
  await section('08.20', 'Paid', 'He scans the code with his bank. Nobody at the store has to do anything.');
  await shop.client.pakasir.pay(ref);
  await budi.sees('LUNAS', 'kopi-tubruk-21');
}

async function keepsTheTerms({ section, budi }: Participants): Promise<void> {
  await section(
    '08.25',
    'The terms',
    'The product has terms; the store asks for a proof that they are kept, and only its admins see that.',
  );
  await budi.sees('Jangan mengganti');
  await budi.taps('✅ Penuhi SNK', 'Kirim buktinya');
  await budi.sendsPhoto(
    { shows: 'layar TV dengan profil Budi', caption: 'Sudah masuk, profil tidak saya ubah' },
    'sudah kami terima',
  );
}

async function looksBack({ section, budi }: Participants): Promise<void> {
  await section('12.30', 'Looking back', 'At lunch he cannot find the password any more.');
  await budi.says('ℹ️ Informasi', 'Informasi Akun');
  await budi.taps('🧾 Riwayat Transaksi', 'Riwayat Transaksi');
  await budi.taps('1', 'Status: ✅ Selesai');
  await budi.taps('📦 Kirim ulang', { toast: 'kirim ulang' }, 'Kirim Ulang');
}

async function fillsTheBalance({ section, shop, budi }: Participants): Promise<void> {
  await section('15.00', 'A deposit', 'With a balance he need not scan a code each time.');
  await budi.says('💰 Deposit', 'Deposit Saldo');
  await budi.taps('💠 QRIS', 'Pilih nominalnya');
  const ref = refIn(await budi.taps('50.000', /Invoice/));
  await shop.client.pakasir.pay(ref);
  await budi.sees('LUNAS', 'sudah masuk');
  await section(
    '15.05',
    'A transfer by hand',
    'Or he transfers by himself and shows the receipt; an admin looks at it.',
  );
  await budi.says('💰 Deposit', 'Deposit Saldo');
  await budi.taps('🏦 Transfer Manual', 'Kirim Bukti');
  await budi.taps('📤 Kirim Bukti', 'Berapa yang kamu transfer');
  await budi.says('20.000', 'kirim bukti transfer');
  await budi.sendsPhoto({ shows: 'struk transfer Rp20.000' }, 'sudah kami teruskan');
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.waitFor('Transfer manual', { since: 0 });
  await adminChat.tap('✅ Terima');
  await adminChat.waitFor('Saldo pelanggan langsung bertambah');
  await adminChat.tap('✅ Ya, Terima');
  await budi.sees('Rp20.000 sudah masuk');
  await section('15.15', 'Paying by balance', 'Typing the number of a product opens it as well.');
  await budi.says('2', 'Spotify');
  await budi.taps('🧺 Lanjut ke Keranjang', 'Keranjang Belanja');
  await budi.taps('💳 Lanjut ke Pembayaran', 'Pilih Metode Pembayaran');
  await budi.taps('💼 Saldo', 'Dibayar dengan Saldo', 'spotify-A1');
  await budi.says('💰 Deposit', 'Deposit Saldo');
  await budi.taps('🧾 Riwayat Saldo', 'Riwayat Saldo');
}

async function asksToBeTold({ section, shop, clock, budi }: Participants): Promise<void> {
  await section('17.00', 'Sold out', 'Canva is sold out. He asks to be told, and is, as soon as Sari fills the stock.');
  await budi.says('/start p_canva-1t', 'Menu toko siap', 'sedang habis');
  await budi.taps('🔔 Kabari saya', { toast: 'Siap' }, 'Nanti kami kabari');
  await section('18.00', 'Told', 'An hour later Sari has filled the stock.');
  const [canva] = await shop.database.db.query<{ id: number }>("SELECT id FROM products WHERE code = 'canva-1t'");
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.tapData(`prd:restock:${canva!.id}`, { force: true });
  await adminChat.waitFor('Isi Stok');
  await clock.pass(60_000);
  await adminChat.send('canva.warung@warung.id | es-teler-89');
  await budi.sees('Stok tersedia lagi');
  await budi.taps('🛍 Lihat Produk', 'Jumlah: 1');
}

async function changesTheProfile({ section, budi }: Participants): Promise<void> {
  await section('19.00', 'The profile', 'How the store calls him, and where it reaches him.');
  await budi.says('ℹ️ Informasi', 'Informasi Akun');
  await budi.taps('✏️ Ubah Nama', 'Kirim nama panggilanmu');
  await budi.says('Bang Budi', 'panggil kamu');
  await budi.says('ℹ️ Informasi', 'Informasi Akun');
  await budi.taps('📱 Nomor WhatsApp', 'Kirim nomormu');
  await budi.says('0812-3456-7890', 'tersimpan');
  await section('19.10', 'A question', 'And what only a person can answer, a person answers.');
  await budi.says('ℹ️ Informasi', 'Informasi Akun');
  await budi.taps('👨‍💼 Customer Service', 'Customer Service');
}
