import type { ChatClient } from '../../sandbox/client.ts';
import type { Transcript } from './setup.ts';

/** What is left of an admin's day once the shelves are full: people, words, and the books. */
export async function playAfternoon(transcript: Transcript, budi: ChatClient): Promise<void> {
  await looksAfterAUser(transcript, budi);
  await takesADeposit(transcript, budi);
  await changesTheWelcome(transcript);
  await broadcasts(transcript, budi);
  await readsTheBooks(transcript);
}

async function looksAfterAUser({ section, sari }: Transcript, budi: ChatClient): Promise<void> {
  await section(
    '13.00',
    'A user',
    'Found by a part of the name; the balance moves with a reason that the customer reads.',
  );
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('👥 Kelola User', 'Kelola User');
  await sari.taps('🔍 Cari User', 'Kirim ID');
  await sari.says('bud', 'Hasil pencarian');
  await sari.taps('1', 'Order terakhir');
  await sari.taps('💰 Ubah Saldo', 'Langkah 1/3');
  await sari.says('+10000', 'Langkah 2/3');
  await sari.says('Bonus pelanggan pertama', 'Sudah benar?');
  await sari.taps('✅ Ya, Ubah +Rp10.000', 'Saldo diubah');
  await budi.waitFor('Bonus pelanggan pertama', { since: 0 });
  await section('13.15', 'Blocking', 'Asked first, and taken back as easily.');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('👥 Kelola User', 'Kelola User');
  await sari.taps('2', 'Order terakhir');
  await sari.taps('🚫 Blokir', 'Ia tidak bisa berbelanja');
  await sari.taps('🚫 Ya, Blokir', { toast: 'diblokir' }, '🚫 Diblokir');
  await sari.taps('✅ Buka Blokir', 'Ia bisa berbelanja');
  await sari.taps('✅ Ya, Buka Blokir', { toast: 'dibuka' }, '🟢 Aktif');
}

async function takesADeposit({ section, clock, sari }: Transcript, budi: ChatClient): Promise<void> {
  await section(
    '13.30',
    'A transfer by hand',
    'Budi reports a transfer. Sari compares it with her bank before she takes it.',
  );
  await budi.send('💰 Deposit');
  await budi.waitFor('Deposit Saldo');
  await budi.tap('🏦 Transfer Manual');
  await budi.waitFor('Kirim Bukti');
  await clock.pass(20_000);
  await budi.tap('📤 Kirim Bukti');
  await budi.waitFor('Berapa yang kamu transfer');
  await budi.send('20.000');
  await budi.waitFor('kirim bukti transfer');
  await budi.send('BCA, atas nama Budi, jam 13.25');
  await sari.sees('Diperiksa admin');
  await sari.taps('✅ Terima', 'Saldo pelanggan langsung bertambah');
  await sari.taps('✅ Ya, Terima', 'diterima', '✅ Masuk');
}

async function changesTheWelcome({ section, sari, bos }: Transcript): Promise<void> {
  await section(
    '14.00',
    'What the bot says',
    'Admins look at the texts of the bot; the owner changes them, and sees the result before it is saved.',
  );
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('🛠 Kelola Respon Bot', 'Pilih template');
  await sari.taps('👋 Sambutan', 'Kata pengganti');
  await sari.taps('👁 Pratinjau', 'Budi Santoso', 'data contoh');
  await bos.says('/admin', 'Admin Settings');
  await bos.taps('🛠 Kelola Respon Bot', 'Pilih template');
  await bos.taps('👋 Sambutan', 'Kata pengganti');
  await bos.taps('✏️ Ubah Teks', 'Kirim teks barunya');
  await bos.says('Halo {nama, selamat datang di <b>{nama_toko}!', /belum bisa disimpan|Sudah pas/);
  await bos.says('Halo <b>{nama}</b>, selamat datang di {nama_toko} 👋', 'Halo Budi Santoso', 'Sudah pas?');
  await bos.taps('💾 Simpan', 'Template tersimpan');
}

async function broadcasts({ section, sari }: Transcript, budi: ChatClient): Promise<void> {
  await section(
    '15.00',
    'A broadcast',
    'Shown first, then sent at the pace that Telegram allows, each recipient once.',
  );
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('📣 Broadcast Pesan', 'Broadcast Pesan');
  await sari.taps('✍️ Tulis Broadcast', 'Tulis Broadcast');
  await sari.says('🎉 <b>Promo gajian!</b> Pakai kupon HEMAT10.', 'Promo gajian', 'Akan dikirim ke');
  await sari.taps('✅ Kirim Sekarang', 'Broadcast dimulai', 'Promo gajian', 'Broadcast selesai');
  await budi.waitFor('Promo gajian', { since: 0 });
  await section('15.30', 'How the store does', 'Figures with a chart above them, beside the same time of yesterday.');
  await sari.says('/admin', 'Admin Settings');
  await sari.taps('📊 Statistik', 'Statistik hari ini');
  await sari.taps('7 hari', 'Statistik 7 hari');
}

async function readsTheBooks({ section, bos }: Transcript): Promise<void> {
  await section(
    '16.00',
    'Second thoughts',
    'The owner does not like the new welcome. A copy of everything that can be set was kept before each change.',
  );
  await bos.says('/admin', 'Admin Settings');
  const list = await bos.taps('💾 Backup Konfigurasi', 'Backup Konfigurasi');
  const newest = list.buttons[0]?.[0]?.label ?? '';
  await bos.taps(newest, 'Isi, dan yang terjadi sejak itu');
  await bos.taps('♻️ Pulihkan', 'Pulihkan keadaan ini?');
  await bos.taps('♻️ Ya, Pulihkan', 'sudah dipulihkan');
  await section('16.30', 'The audit log', 'Who did what, before and after.');
  await bos.says('/admin', 'Admin Settings');
  await bos.taps('📓 Log Audit', 'Log Audit');
}
