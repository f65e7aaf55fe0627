import { formatRupiah, type ParsedRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { clip, type Html, html, lines } from '../../../bot/html.ts';
import type { GatewayMethod } from '../../../gateway/index.ts';
import { TRIAL } from '../gateway-state/index.ts';
import { methodButton } from '../payment-methods/index.ts';
import type { Deposit, Limits } from './schema.ts';

export const LABELS = {
  accounts: '🏦 Virtual Account',
  manual: '🏦 Transfer Manual',
  history: '🧾 Riwayat Saldo',
  back: '⬅️ Kembali',
  cancel: '❌ Batalkan',
  report: '📤 Kirim Bukti',
  make: (method: GatewayMethod, amount: Rupiah) => methodButton({ ...method, label: `Bayar ${formatRupiah(amount)}` }),
} as const;

/** What the shop says around a deposit. */
export const copy = {
  menu(balance: Rupiah, trial: boolean): Html {
    return lines(
      html`💰 <b>Deposit Saldo</b>`,
      trial && TRIAL,
      '',
      html`Saldo kamu sekarang: <b>${formatRupiah(balance)}</b>`,
      '',
      html`Isi saldo dulu, belanja tinggal sekali tekan. Mau isi lewat apa?`,
    );
  },
  accounts: html`🏦 <b>Deposit lewat Virtual Account</b>\n\nPilih bank tujuannya. Dari bank mana pun kamu bisa mentransfer ke nomornya.`,
  amounts(method: GatewayMethod, { min, max }: Limits): Html {
    return lines(
      html`<b>${methodButton({ ...method, label: `Deposit lewat ${method.label}` })}</b>`,
      '',
      html`Pilih nominalnya, atau ketik sendiri, misalnya <code>75.000</code>.`,
      html`Paling sedikit ${formatRupiah(min)}, paling banyak ${formatRupiah(max)}.`,
    );
  },
  agree(method: GatewayMethod, amount: Rupiah): Html {
    return html`${methodButton({ ...method, label: 'Deposit' })} <b>${formatRupiah(amount)}</b> lewat ${method.label}. Lanjut?`;
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
  loading: (method: string) => html`⏳ Sedang memuat ${method}, tunggu sebentar ya…`,
  methodGone: 'Cara bayar ini sedang tidak ditawarkan. Pilih yang lain, ya.',
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
  gatewayClosed(deposit: Deposit): Html {
    return html`🙏 Maaf, pembayaran di toko ini sedang tidak tersedia, jadi deposit <code>${deposit.ref}</code> kami batalkan dan kamu tidak ditagih apa pun. Penjual sudah kami beri tahu. Silakan coba lagi nanti, ya.`;
  },
  apiEnded(deposit: Deposit): Html {
    return html`ℹ️ Sistem pembayaran toko ini baru saja diperbarui, jadi deposit <code>${deposit.ref}</code> yang belum dibayar kami tutup. Invoice lamanya jangan dibayar lagi, ya. Terlanjur membayar? Kirim buktinya ke admin toko lewat <b>ℹ️ Informasi</b> → <b>👨‍💼 Customer Service</b>.`;
  },
  paid(deposit: Deposit, balance: Rupiah): Html {
    return lines(
      deposit.sandbox && TRIAL,
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
