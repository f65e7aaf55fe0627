import { clip, type Html, html, keep, lines } from '../../../../bot/html.ts';
import type { Page } from '../../../../bot/paging.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import type { RefusalReason, SectionReport, SectionView, Snapshot } from '../index.ts';

export const buttons = {
  make: '📸 Buat Salinan Sekarang',
  file: '📥 Unduh (.json)',
  restore: '♻️ Pulihkan',
  confirmRestore: '♻️ Ya, Pulihkan',
  keep: '⬅️ Tidak Jadi',
  back: '⬅️ Kembali',
} as const;

export const toasts = {
  made: (id: number) => `📸 Salinan #${id} tersimpan`,
  exists: (id: number) => `Salinan #${id} sudah berisi keadaan yang sekarang 👌`,
  already: (id: number, safety: number) =>
    `Salinan #${id} sudah dipulihkan 👌 Mau membatalkannya? Pulihkan salinan #${safety}.`,
  sending: '📥 Berkasnya sedang dikirim…',
} as const;

const NAMES_SHOWN = 5;

/** `3 (A, B, C)`; of many only the first few. */
function counted(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => clip(name, 30));
  const more = names.length > NAMES_SHOWN ? ', …' : '';
  return `${names.length} (${shown.join(', ')}${more})`;
}

const KIND: Record<Snapshot['kind'], string> = { automatic: '🤖 Otomatis', manual: '📸 Dibuat sendiri' };

const why = ({ kind, reason }: Snapshot): string => (kind === 'manual' ? 'Diminta' : `Sebelum: ${reason}`);

export const label = (snapshot: Snapshot, time: WriteTime): string => `#${snapshot.id} · ${time(snapshot.at)}`;

export function snapshotList(of: Page<Snapshot>, time: WriteTime): Html {
  if (of.items.length === 0) {
    return html`💾 <b>Backup Konfigurasi</b>

Belum ada salinan. Salinan dibuat otomatis sebelum tiap perubahan, atau buat sendiri sekarang 👇`;
  }
  return lines(
    html`💾 <b>Backup Konfigurasi</b> (halaman ${of.page + 1} dari ${of.pages})\n`,
    html`Salinan template, SNK, kategori, setelan produk, voucher, dan channel testimoni. Stok, pesanan, dan saldo tidak ikut.`,
    ...of.items.map(
      (item) => html`
<b>#${item.id}</b> · ${time(item.at)} · ${KIND[item.kind]}
${clip(why(item), 150)} · ${clip(item.by, 40)}`,
    ),
    html`\nPilih salinan untuk melihat isinya 👇`,
  );
}

function differenceLine({ changed, missing, newer }: SectionView['difference']): string {
  const parts = [
    changed.length > 0 && `berubah ${counted(changed.map(({ now }) => now.name))}`,
    missing.length > 0 && `dihapus ${counted(missing.map((item) => item.name))}`,
    newer.length > 0 && `baru ${counted(newer.map((item) => item.name))}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join('; ') : 'sama';
}

export const snapshotDetail = (snapshot: Snapshot, sections: readonly SectionView[], time: WriteTime): Html =>
  lines(
    html`💾 <b>Salinan #${snapshot.id}</b>\n`,
    html`🕒 ${time(snapshot.at)}`,
    html`👤 ${clip(snapshot.by, 64)}`,
    html`📝 ${clip(why(snapshot), 300)}\n`,
    html`<b>Isi, dan yang terjadi sejak itu:</b>`,
    ...sections.map(
      (section) => html`${section.label}: <b>${section.count}</b>, ${differenceLine(section.difference)}`,
    ),
  );

export const snapshotGone = (): Html =>
  html`🙏 Salinan ini sudah tidak ada. Hanya 200 salinan otomatis terbaru yang disimpan.`;

export const confirmRestore = (snapshot: Snapshot, sections: readonly SectionView[], time: WriteTime): Html =>
  html`${keep(snapshotDetail(snapshot, sections, time))}

♻️ <b>Pulihkan keadaan ini?</b>
Yang berubah dan yang dihapus dikembalikan seperti dulu; yang baru dibiarkan. Stok, pesanan, dan saldo tidak disentuh. Keadaan sekarang disalin dulu, jadi bisa dibatalkan.`;

const REASONS: Record<RefusalReason, string> = {
  code_taken: 'kodenya sudah dipakai yang lain',
  name_taken: 'namanya sudah dipakai yang lain',
};

const report = ({ label, restored, refused, newer, skipped }: SectionReport): Html | undefined => {
  const said = lines(
    restored.length > 0 && html`✅ Dikembalikan ${counted(restored)}`,
    ...[...new Set(refused.map(({ reason }) => reason))].map(
      (reason) =>
        html`⚠️ Tidak bisa, ${REASONS[reason]}: ${counted(
          refused.filter((one) => one.reason === reason).map(({ name }) => name),
        )}`,
    ),
    skipped && html`🔒 Dilewati: hanya owner yang boleh mengubahnya`,
    newer.length > 0 && html`⏭ Lebih baru, dibiarkan ${counted(newer)}`,
  );
  return said === '' ? undefined : html`<b>${label}</b>\n${keep(said)}`;
};

export const restoreReport = (id: number, safety: number, sections: readonly SectionReport[]): Html =>
  lines(
    html`🎉 <b>Salinan #${id} sudah dipulihkan.</b>\n`,
    ...sections.map(report),
    html`\nMau membatalkannya? Pulihkan salinan <b>#${safety}</b>.`,
  );

export const nothingRestored = (id: number, sections: readonly SectionReport[]): Html =>
  lines(html`👌 Tidak ada yang dikembalikan dari salinan #${id}.`, ...sections.map(report));

export const fileName = (store: string, id: number): string => `konfigurasi-${store}-${id}.json`;
export const fileCaption = (snapshot: Snapshot, time: WriteTime): Html =>
  html`💾 Salinan #${snapshot.id}, ${time(snapshot.at)}`;
