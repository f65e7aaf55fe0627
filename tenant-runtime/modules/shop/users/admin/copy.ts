import { formatRupiah, type Rupiah } from '../../../../../kernel/money.ts';
import { nameOf } from '../../../../bot/context.ts';
import { clip, type Html, html, lines } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import type { PastOrder } from '../../../money/history/index.ts';
import type { ListedUser, UserDetail } from './sql.ts';

export const buttons = {
  search: '🔍 Cari User',
  block: '🚫 Blokir',
  unblock: '✅ Buka Blokir',
  confirmBlock: '🚫 Ya, Blokir',
  confirmUnblock: '✅ Ya, Buka Blokir',
  keep: '⬅️ Tidak Jadi',
  adjust: '💰 Ubah Saldo',
  write: '✉️ Kirim Pesan',
  back: '⬅️ Daftar User',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  staff: 'Admin dan owner tidak bisa diblokir 🙏',
  blocked: '🚫 User diblokir',
  unblocked: '✅ Blokir dibuka',
  alreadyBlocked: 'User ini sudah diblokir, mungkin oleh admin lain.',
  notBlocked: 'User ini tidak sedang diblokir.',
} as const;

type Naming = Pick<ListedUser, 'firstName' | 'lastName' | 'displayName' | 'username'>;

/** `Budi (@budi)` */
export const called = (user: Naming): string =>
  `${clip(nameOf(user), 60)}${user.username ? ` (@${user.username})` : ''}`;

export const MARKS = { blocked: '🚫', away: '🔕', staff: '🛡' } as const;

export type Marked<U> = U & { staff: boolean };

const marks = (user: Marked<ListedUser>): string =>
  (['blocked', 'away', 'staff'] as const).map((mark) => (user[mark] ? `${MARKS[mark]} ` : '')).join('');

const legend = html`\n🚫 diblokir · 🔕 memblokir bot · 🛡 admin atau owner`;

function rows(of: Page<Marked<ListedUser>>, date: WriteTime): Html[] {
  return of.items.map(
    (user, index) => html`
${index + 1}. ${marks(user)}<b>${called(user)}</b>
    <code>${user.id}</code> · sejak ${date(user.joinedAt)}`,
  );
}

export const userList = (of: Page<Marked<ListedUser>>, date: WriteTime): Html =>
  lines(
    html`👥 <b>Kelola User</b> (halaman ${of.page + 1} dari ${of.pages})`,
    ...rows(of, date),
    legend,
    html`Pilih nomor untuk melihat detailnya 👇`,
  );

export const found = (query: string, of: Page<Marked<ListedUser>>, date: WriteTime): Html =>
  of.items.length === 0
    ? html`🔍 Tidak ada user yang cocok dengan <b>${query}</b>.

Coba kata lain: kirim ID, @username, nama, atau nomor WhatsApp.`
    : lines(
        html`🔍 Hasil pencarian <b>${query}</b> (halaman ${of.page + 1} dari ${of.pages})`,
        ...rows(of, date),
        legend,
        html`Pilih nomor, atau kirim kata lain untuk mencari lagi 👇`,
      );

export type Account = { balance: Rupiah; recent: readonly PastOrder[] };

export function userDetail(user: Marked<UserDetail>, { balance, recent }: Account, time: WriteTime): Html {
  const telegramName = [user.firstName, user.lastName].filter(Boolean).join(' ');
  return lines(
    html`👤 <b>${called(user)}</b>\n`,
    html`🆔 ID: <code>${user.id}</code>`,
    user.displayName !== null && html`🏷 Nama Telegram: ${clip(telegramName, 130)}`,
    html`📱 WhatsApp: ${user.whatsapp === null ? 'belum diisi' : `+${user.whatsapp}`}`,
    html`📅 Bergabung: ${time(user.joinedAt)}`,
    html`👀 Terakhir aktif: ${time(user.lastSeenAt)}`,
    html`🚦 Status: ${statusOf(user)}\n`,
    html`💰 Saldo: <b>${formatRupiah(balance)}</b>`,
    html`🛍 Order: ${user.orders}, lunas ${user.bought} senilai <b>${formatRupiah(user.spent)}</b>`,
    recent.length > 0 && html`\n🧾 <b>Order terakhir</b> (pilih nomor untuk membukanya)`,
    ...recent.map(
      (order, index) =>
        html`${index + 1}. <code>${order.ref}</code> · ${formatRupiah(order.amount)} · ${time(order.createdAt)}`,
    ),
  );
}

function statusOf(user: Marked<UserDetail>): string {
  const all = [user.blocked && '🚫 Diblokir', user.away && '🔕 Memblokir bot', user.staff && '🛡 Admin atau owner'];
  return all.filter(Boolean).join(', ') || '🟢 Aktif';
}

export const userGone = (): Html => html`🙏 User ini tidak ditemukan.`;

export const confirmBlock = (user: UserDetail): Html =>
  html`🚫 Blokir <b>${called(user)}</b> (<code>${user.id}</code>)?

Ia tidak bisa berbelanja dan deposit lagi, tapi masih bisa melihat riwayat dan menerima barang yang sudah dibayar. Ia diberi tahu dengan sopan.`;

export const confirmUnblock = (user: UserDetail): Html =>
  html`✅ Buka blokir <b>${called(user)}</b> (<code>${user.id}</code>)?

Ia bisa berbelanja dan deposit lagi, dan diberi tahu.`;
