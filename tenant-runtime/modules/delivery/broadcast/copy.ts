import type { Actor } from '../../../bot/context.ts';
import { clip, type Html, html, lines, MAX_CAPTION, MAX_TEXT, plainText } from '../../../bot/html.ts';
import type { Page } from '../../../bot/paging.ts';
import type { WriteTime } from '../../../bot/time.ts';
import type { ContentProblem } from './content.ts';
import { type Broadcast, MEDIA_KINDS, type MediaKind, type Tally } from './schema.ts';

export const buttons = {
  write: '✍️ Tulis Broadcast',
  send: '✅ Kirim Sekarang',
  stop: '⏹ Hentikan',
  resume: '▶️ Lanjutkan',
  refresh: '🔄 Segarkan',
} as const;

export const toasts = {
  stale: 'Tombol ini sudah tidak berlaku 🙏',
  gone: 'Broadcast ini tidak ditemukan.',
  busy: 'Masih ada broadcast yang sedang dikirim. Tunggu sampai selesai, atau hentikan dulu ya.',
  stopped: '⏹ Broadcast dihentikan.',
  resumed: '▶️ Broadcast dilanjutkan.',
  notRunning: 'Broadcast ini sudah tidak berjalan.',
  notStopped: 'Broadcast ini tidak sedang dihentikan.',
} as const;

const number = (value: number): string => value.toLocaleString('id-ID');

export const ask = (recipients: number): Html =>
  html`📣 <b>Tulis Broadcast</b>

Kirim pesannya di sini, nanti kami tunjukkan dulu sebelum dikirim:
• teks, maksimal ${number(MAX_TEXT)} karakter, atau
• foto, video, atau berkas dengan caption, maksimal ${number(MAX_CAPTION)} karakter.

Tebal, miring, tautan: pakai format Telegram atau HTML, misalnya <code>&lt;b&gt;promo&lt;/b&gt;</code>.

👥 Penerima saat ini: <b>${number(recipients)}</b> orang`;

/** `escaped`: a `<` was taken for what it is. */
export const confirm = (recipients: number, escaped = false): Html =>
  html`👆 Begini pesannya akan terlihat.${escaped ? '\n✏️ Tanda "<" yang berdiri sendiri kami kirim apa adanya, bukan sebagai format.' : ''}

👥 Akan dikirim ke <b>${number(recipients)}</b> orang yang pernah menekan /start dan tidak memblokir bot.
Mau diubah? Kirim saja pesan penggantinya.`;

/** The preview did not arrive. */
export const unsendable = (reason: string): Html =>
  html`⚠️ Telegram menolak pesan ini, jadi belum bisa dikirim ke siapa pun: ${clip(reason, 200)}`;

export const noRecipients = (): Html =>
  html`🙏 Belum ada penerima: belum ada pelanggan yang menekan /start, atau semuanya memblokir bot.`;

export const busy = (): Html =>
  html`⏳ ${toasts.busy} Pesanmu tetap tersimpan di atas, tekan ${buttons.send} lagi nanti.`;

export const started = (recipients: number): Html =>
  html`🚀 Broadcast dimulai untuk <b>${number(recipients)}</b> orang. Perkembangannya muncul di bawah ini 👇`;

export function contentProblem(problem: ContentProblem): Html {
  switch (problem.kind) {
    case 'wrong_kind':
      return html`⚠️ Broadcast bisa berupa teks, atau foto, video, atau berkas dengan caption. Stiker, GIF, dan suara belum bisa ya.`;
    case 'album':
      return html`⚠️ Kirim satu foto atau video saja ya, bukan album.`;
    case 'no_caption':
      return html`⚠️ Pesannya belum ada captionnya. Kirim lagi beserta captionnya ya.`;
    case 'empty':
      return html`⚠️ Pesannya masih kosong.`;
    case 'too_long':
      return html`⚠️ Terlalu panjang: ${number(problem.length)} karakter, maksimalnya ${number(problem.max)}.`;
    case 'too_much_markup':
      return html`⚠️ Formatnya terlalu banyak: Telegram menampilkan paling banyak ${number(problem.max)} bagian berformat dalam satu pesan.`;
    case 'unknown_tag':
      return html`⚠️ Telegram tidak mengenal <code>&lt;${clip(problem.tag, 30)}&gt;</code> yang ditulis begitu. Kalau maksudmu tanda "kurang dari", tulis <code>&amp;lt;</code>.`;
    case 'not_closed':
      return html`⚠️ <code>&lt;${clip(problem.tag, 30)}&gt;</code> dibuka tetapi belum ditutup dengan <code>&lt;/${clip(problem.tag, 30)}&gt;</code>.`;
    case 'not_opened':
      return html`⚠️ <code>&lt;/${clip(problem.tag, 30)}&gt;</code> menutup sesuatu yang tidak dibuka, atau urutannya tertukar.`;
    case 'unknown_entity':
      return html`⚠️ Telegram tidak mengenal <code>&amp;${clip(problem.entity, 30)};</code>. Yang bisa hanya <code>&amp;lt;</code>, <code>&amp;gt;</code>, <code>&amp;amp;</code>, dan <code>&amp;quot;</code>.`;
    case 'stray_bracket':
      return html`⚠️ Ada tanda <code>&lt;</code> yang berdiri sendiri. Tulis <code>&amp;lt;</code> ya.`;
  }
}

const STATUS: Record<Broadcast['status'], string> = {
  running: '📤 Sedang dikirim',
  stopped: '⏹ Dihentikan',
  done: '✅ Selesai',
};

const numbers = (tally: Tally): Html =>
  lines(
    html`📬 Terkirim: <b>${number(tally.sent)}</b> dari ${number(tally.all)}`,
    html`🚫 Memblokir bot: <b>${number(tally.blocked)}</b>`,
    tally.failed > 0 && html`⚠️ Gagal: <b>${number(tally.failed)}</b>`,
    tally.unknown > 0 && html`❔ Tidak pasti, tidak dikirim ulang: <b>${number(tally.unknown)}</b>`,
    tally.left > 0 && html`⏳ Belum: <b>${number(tally.left)}</b>`,
  );

const reasonOf = ({ stopReason }: Pick<Broadcast, 'stopReason'>): Html | false =>
  stopReason !== null && html`Telegram menolak pesannya: ${clip(stopReason, 200)}`;

/** What the one who leads it sees while it runs. */
export const progress = (tally: Tally, perSecond: number): Html =>
  lines(
    html`📣 <b>Broadcast berjalan</b>`,
    '',
    numbers(tally),
    tally.left > 0 && html`🕒 Kira-kira ${duration(Math.ceil(tally.left / perSecond))} lagi`,
  );

/** The last word: it ended, or somebody stopped it. */
export const report = (broadcast: Pick<Broadcast, 'stopReason'>, status: 'stopped' | 'done', tally: Tally): Html =>
  lines(
    status === 'done' ? html`🎉 <b>Broadcast selesai</b>` : html`⏹ <b>Broadcast dihentikan</b>`,
    reasonOf(broadcast),
    '',
    numbers(tally),
    status === 'stopped' && html`\n${number(tally.sent)} orang sudah menerimanya. Sisanya bisa dilanjutkan kapan saja.`,
  );

export function list(page: Page<Broadcast & Tally>, time: WriteTime): Html {
  if (page.items.length === 0) {
    return html`📣 <b>Broadcast Pesan</b>

Belum pernah ada broadcast. Kabari semua pelangganmu sekaligus lewat ${buttons.write}.`;
  }
  return lines(
    html`📣 <b>Broadcast Pesan</b> (halaman ${page.page + 1} dari ${page.pages})`,
    ...page.items.map(
      (one, index) => html`
<b>${index + 1}.</b> ${excerpt(one, 60)}
${STATUS[one.status]} · ${time(one.createdAt)}
📬 ${number(one.sent)} · 🚫 ${number(one.blocked)} · ⚠️ ${number(one.failed + one.unknown)} · dari ${number(one.all)}`,
    ),
    html`\nPilih nomor untuk melihat detailnya 👇`,
  );
}

const ICONS: Record<MediaKind, string> = { photo: '🖼 ', video: '🎬 ', document: '📎 ' };

const excerpt = (broadcast: Broadcast, max: number): string =>
  `${MEDIA_KINDS.map((kind) => (broadcast[kind] === null ? '' : ICONS[kind])).join('')}${clip(plainText(broadcast.body).replace(/\s+/g, ' ').trim(), max)}`;

export const detail = (broadcast: Broadcast, tally: Tally, time: WriteTime): Html =>
  lines(
    html`📣 <b>Broadcast #${broadcast.id}</b>`,
    html`Status: <b>${STATUS[broadcast.status]}</b>`,
    reasonOf(broadcast),
    html`Dibuat: ${time(broadcast.createdAt)} oleh <code>${broadcast.createdBy}</code>`,
    broadcast.endedAt !== null && html`Berakhir: ${time(broadcast.endedAt)}`,
    '',
    numbers(tally),
    '',
    html`${excerpt(broadcast, 500)}`,
  );

const NEWS = { started: 'dimulai', stopped: 'dihentikan', resumed: 'dilanjutkan', finished: 'selesai' } as const;
const COUNTED: Record<string, string> = {
  recipients: 'penerima',
  sent: 'terkirim',
  left: 'belum',
  blocked: 'memblokir bot',
  failed: 'gagal',
  unknown: 'tidak pasti',
  reason: 'alasan',
};

/** What the owners read. */
export function ownerNews(
  actor: Actor | 'system',
  id: number,
  action: keyof typeof NEWS,
  facts: Record<string, unknown>,
): Html {
  const told = Object.entries(COUNTED)
    .filter(([key]) => facts[key] !== undefined)
    .map(
      ([key, word]) =>
        `${word}: ${typeof facts[key] === 'number' ? number(facts[key]) : clip(String(facts[key]), 200)}`,
    );
  return lines(
    html`📣 Broadcast #${id} ${NEWS[action]} (${told.join(', ')})`,
    actor !== 'system' && html`\nOleh ${actor.role} <code>${actor.id}</code>`,
  );
}

/** `75` → `1 menit 15 detik` */
function duration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours > 0) return `${hours} jam ${minutes} menit`;
  return minutes > 0 ? `${minutes} menit ${rest} detik` : `${rest} detik`;
}
