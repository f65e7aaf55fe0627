import { formatRupiah, type ParsedRupiah, type Rupiah } from '../../../kernel/money.ts';
import { clip, type Html, html, lines } from '../../bot/html.ts';
import type { Deposit } from './schema.ts';

export const LABELS = {
  qris: '💠 QRIS',
  manual: '🏦 Transfer Manual',
  history: '🧾 Riwayat Saldo',
  back: '⬅️ Kembali',
  cancel: '❌ Batalkan',
  report: '📤 Kirim Bukti',
  make: (amount: Rupiah) => `💠 Bayar ${formatRupiah(amount)}`,
} as const;

/** What the shop says around a deposit. */
export const copy = {
  menu(balance: Rupiah): Html {
    return lines(
      html`💰 <b>Deposit Saldo</b>`,
      '',
      html`Saldo kamu sekarang: <b>${formatRupiah(balance)}</b>`,
      '',
      html`Isi saldo dulu, belanja tinggal sekali tekan. Mau isi lewat apa?`,
    );
  },
  amounts(min: Rupiah, max: Rupiah): Html {
    return lines(
      html`💠 <b>Deposit lewat QRIS</b>`,
      '',
      html`Pilih nominalnya, atau ketik sendiri, misalnya <code>75.000</code>.`,
      html`Paling sedikit ${formatRupiah(min)}, paling banyak ${formatRupiah(max)}.`,
    );
  },
  agree(amount: Rupiah): Html {
    return html`💠 Deposit <b>${formatRupiah(amount)}</b> lewat QRIS. Lanjut?`;
  },
  amountProblem(problem: Extract<ParsedRupiah, { ok: false }>['reason'] | 'not_text', min: Rupiah, max: Rupiah): Html {
    switch (problem) {
      case 'not_text':
      case 'empty':
        return html`🔢 Kirim nominalnya dalam bentuk teks, ya.`;
      case 'not_a_price':
        return html`🔢 Itu bukan nominal yang kami kenal. Tulis angkanya saja, misalnya <code>75.000</code>.`;
      case 'decimals':
        return html`🔢 Nominalnya tanpa sen ya, misalnya <code>75.000</code>.`;
      case 'too_small':
        return html`🔢 Deposit paling sedikit <b>${formatRupiah(min)}</b>.`;
      case 'too_large':
        return html`🔢 Deposit paling banyak <b>${formatRupiah(max)}</b> sekali isi.`;
    }
  },
  loading: html`⏳ Sedang memuat QRIS, tunggu sebentar ya…`,
  item: (deposit: Deposit): Html => html`💰 Deposit saldo ${formatRupiah(deposit.amount)}`,
  balanceFollows: html`Saldomu bertambah otomatis begitu pembayaran masuk.`,
  checking: '⏳ Sedang kami cek…',
  cancelled(deposit: Deposit): Html {
    return html`❌ Deposit <code>${deposit.ref}</code> dibatalkan. Kamu tidak ditagih apa pun.`;
  },
  expired(deposit: Deposit): Html {
    return html`⌛ Deposit <code>${deposit.ref}</code> (${formatRupiah(deposit.amount)}) belum dibayar sampai batas waktunya, jadi kami tutup. Kamu bisa membuatnya lagi kapan saja.`;
  },
  gatewayFailed(deposit: Deposit): Html {
    return html`😔 Maaf, layanan pembayaran sedang terganggu, jadi deposit <code>${deposit.ref}</code> kami batalkan dan kamu tidak ditagih apa pun. Silakan coba lagi beberapa saat lagi.`;
  },
  paid(deposit: Deposit, balance: Rupiah): Html {
    return lines(
      deposit.closedReason !== null &&
        html`ℹ️ Pembayarannya masuk setelah deposit ini ditutup. Tenang, uangmu tetap kami masukkan.`,
      html`✅ Deposit <b>${formatRupiah(deposit.amount)}</b> sudah masuk.`,
      html`🧾 <code>${deposit.ref}</code>`,
      html`💼 Saldo kamu sekarang: <b>${formatRupiah(balance)}</b>`,
    );
  },
  refused(deposit: Deposit): Html {
    return lines(
      html`❌ Deposit <code>${deposit.ref}</code> (${formatRupiah(deposit.amount)}) belum bisa kami terima.`,
      html`Alasan: ${clip(deposit.note ?? '-', 500)}`,
      '',
      html`Kalau ada yang keliru, hubungi admin toko lewat <b>ℹ️ Informasi</b> → <b>👨‍💼 Customer Service</b>, ya.`,
    );
  },
  alreadyMade: 'Invoice deposit ini sudah dibuat 👇',
  blocked: 'Maaf, kamu belum bisa deposit di toko ini. Silakan hubungi admin.',
  outOfRange: (min: Rupiah, max: Rupiah) => `Deposit ${formatRupiah(min)} sampai ${formatRupiah(max)} sekali isi, ya.`,
  tooManyOpen: (open: number) => `Kamu masih punya ${open} deposit yang belum selesai. Selesaikan dulu, ya.`,
  tooManyRecent: 'Kamu sudah membuat banyak deposit. Tunggu beberapa menit, lalu coba lagi, ya.',
  noLonger: {
    paid: 'Deposit ini sudah dibayar ✅',
    closed: 'Deposit ini sudah ditutup.',
    notYours: 'Tombol ini sudah tidak berlaku.',
  },
} as const;
