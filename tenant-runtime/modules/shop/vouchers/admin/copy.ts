import { formatRupiah, MAX_RUPIAH, type Rupiah } from '../../../../../kernel/money.ts';
import { clip, type Html, html, lines } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import {
  type Closed,
  type CountedVoucher,
  dayText,
  MAX_USES,
  MAX_VOUCHER_LINES,
  stateOf,
  VOUCHER_FIELDS,
  type VoucherProblem,
  worthText,
} from '../index.ts';

export const LABELS = {
  add: '➕ Tambah Voucher',
  on: '✅ Aktifkan',
  off: '🚫 Nonaktifkan',
  back: '⬅️ Daftar Voucher',
} as const;

const STATE: Record<Closed['kind'], string> = {
  inactive: '🚫 Nonaktif',
  not_yet: '⏳ Belum mulai',
  expired: '⌛ Sudah berakhir',
  exhausted: '🈵 Kuota habis',
};

function stateText(voucher: CountedVoucher, today: string): string {
  const closed = stateOf(voucher, today);
  return closed ? STATE[closed.kind] : '✅ Aktif';
}

function windowText({ startsOn, endsOn }: CountedVoucher): string {
  if (startsOn === null && endsOn === null) return 'tanpa batas waktu';
  if (endsOn === null) return `mulai ${dayText(startsOn ?? '')}`;
  return startsOn === null ? `sampai ${dayText(endsOn)}` : `${dayText(startsOn)} – ${dayText(endsOn)}`;
}

const number = (value: number): string => formatRupiah(value).slice(2);

const usesText = ({ uses, maxUses }: CountedVoucher): string => `${number(uses)}/${number(maxUses)} dipakai`;

const FORM = 'KODE | NOMINAL | BATAS_PAKAI';
const FORM_WITH_DAYS = `${FORM} | MULAI | SAMPAI`;

export const copy = {
  list(list: Page<CountedVoucher>, today: string): Html {
    if (list.items.length === 0) {
      return html`🎟️ <b>Kelola Voucher</b>\n\nBelum ada voucher. Buat yang pertama lewat <b>${LABELS.add}</b>, yuk.`;
    }
    return lines(
      html`🎟️ <b>Kelola Voucher</b> (halaman ${list.page + 1} dari ${list.pages})`,
      ...list.items.map(
        (voucher, index) => html`
${index + 1}. <code>${voucher.code}</code> · <b>${worthText(voucher)}</b>
    ${stateText(voucher, today)} · ${usesText(voucher)}
    🗓 ${windowText(voucher)}`,
      ),
      html`\nPilih nomor untuk melihat detailnya.`,
    );
  },
  detail(voucher: CountedVoucher & { given: Rupiah }, today: string, time: WriteTime): Html {
    return lines(
      html`🎟️ <b>Voucher</b> <code>${voucher.code}</code>`,
      html`Status: <b>${stateText(voucher, today)}</b>`,
      html`Potongan: <b>${worthText(voucher)}</b>`,
      html`Pemakaian: ${usesText(voucher)} · total potongan ${formatRupiah(voucher.given)}`,
      html`Berlaku: ${windowText(voucher)}`,
      html`Dibuat: ${time(voucher.createdAt)}`,
      html`\n<i>Pesanan yang belum dibayar ikut dihitung; kalau batal, kuotanya kembali. Voucher tidak bisa dihapus, cukup dinonaktifkan.</i>`,
    );
  },
  gone: 'Voucher ini tidak ditemukan.',
  switched: (active: boolean) => (active ? 'Voucher aktif lagi ✅' : 'Voucher dinonaktifkan 🚫'),
  notSwitched: (active: boolean) => `Voucher ini memang sudah ${active ? 'aktif' : 'nonaktif'}.`,
  ask: (today: string): Html => html`➕ <b>Tambah Voucher</b>

Satu voucher satu baris:
<code>${FORM}</code>
atau dengan masa berlaku:
<code>${FORM_WITH_DAYS}</code>

Contoh:
<code>HEMAT10 | 10% | 100</code>
<code>GAJIAN | 5000 | 50 | ${today} | ${today.slice(0, 4)}-12-31</code>

NOMINAL berupa persen (1–100%) atau rupiah. Tanggal ditulis tahun-bulan-hari, dan hari SAMPAI masih berlaku sampai habis.`,
  textPlease: html`✍️ Kirim vouchernya dalam bentuk teks, ya.`,
  problems(problems: readonly VoucherProblem[]): Html {
    const shown = problems.slice(0, 10);
    return lines(
      html`⚠️ Belum ada yang disimpan. Perbaiki dulu, lalu kirim lagi semuanya:`,
      '',
      ...shown.map((problem) => html`• <b>${placeText(problem)}</b>: ${REASON[problem.reason]}`),
      problems.length > shown.length && html`… dan ${problems.length - shown.length} kesalahan lain`,
    );
  },
  created(codes: readonly string[]): Html {
    const shown = codes.slice(0, 20);
    return lines(
      html`🎉 ${codes.length} voucher tersimpan, siap dipakai sesuai masa berlakunya:`,
      ...shown.map((code) => html`• <code>${clip(code, 32)}</code>`),
      codes.length > shown.length && html`… dan ${codes.length - shown.length} lainnya`,
    );
  },
} as const;

const FIELD_TEXT = {
  code: 'KODE',
  amount: 'NOMINAL',
  limit: 'BATAS_PAKAI',
  starts: 'MULAI',
  ends: 'SAMPAI',
} as const;

function placeText({ line, field }: VoucherProblem): string {
  if (field === 'line') return `Baris ${line}`;
  return `Baris ${line}, bagian ${VOUCHER_FIELDS.indexOf(field) + 1} (${FIELD_TEXT[field]})`;
}

const REASON: Record<VoucherProblem['reason'], string> = {
  empty: 'masih kosong.',
  too_few_parts: 'bagiannya kurang. Isi tiga bagian, atau lima kalau memakai MULAI dan SAMPAI.',
  too_many_parts: 'bagiannya terlalu banyak. Paling banyak lima, dipisah tanda |.',
  too_many_lines: `sekali kirim paling banyak ${MAX_VOUCHER_LINES} voucher. Sisanya kirim belakangan, ya.`,
  code_letters: 'hanya boleh huruf A–Z, angka, tanda - dan _, tanpa spasi.',
  code_length: 'panjangnya 3 sampai 32 huruf.',
  code_repeated: 'kode ini sudah ada di baris sebelumnya.',
  code_taken: 'kode ini sudah pernah dibuat. Pakai kode lain, atau aktifkan lagi voucher yang lama.',
  percent_whole: 'persennya harus bilangan bulat, misalnya 10%.',
  percent_range: 'persennya 1 sampai 100.',
  limit_number: 'harus bilangan bulat tanpa titik, misalnya 100.',
  limit_range: `harus 1 sampai ${number(MAX_USES)}.`,
  date_form: 'tulis sebagai tahun-bulan-hari, misalnya 2026-12-31.',
  date_unknown: 'tanggal ini tidak ada di kalender.',
  ends_before_start: 'SAMPAI lebih awal daripada MULAI.',
  ends_past: 'tanggal ini sudah lewat, jadi vouchernya tidak akan pernah berlaku.',
  not_a_price: 'bukan nominal. Tulis misalnya 10% atau 5000.',
  decimals: 'tanpa sen, ya. Tulis misalnya 5000.',
  too_small: 'paling kecil Rp1.',
  too_large: `terlalu besar, paling banyak ${formatRupiah(MAX_RUPIAH)}.`,
};
