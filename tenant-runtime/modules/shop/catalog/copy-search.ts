import { clip, type Html, html } from '../../../bot/html.ts';
import type { Page } from '../../../bot/paging.ts';
import { numbered } from './copy.ts';
import { MAX_QUERY, type Query } from './search.ts';
import type { ListedProduct } from './sql.ts';

export const buttons = {
  again: '🔎 Cari Lagi',
  offer: (query: string) => `🔎 Cari "${clip(query, 30)}"`,
} as const;

export const askQuery = (): Html =>
  html`🔎 <b>Cari Produk</b>

Mau cari apa? Kirim kata dari nama atau deskripsinya, misalnya <code>netflix bulan</code>.
Lain kali bisa langsung: <code>/cari netflix</code>`;

const PROBLEMS: Record<(Query & { ok: false })['problem'], string> = {
  empty: 'Kata yang dicari masih kosong.',
  too_long: `Kata yang dicari kepanjangan, maksimal ${MAX_QUERY} karakter.`,
};

export const queryProblem = (problem: keyof typeof PROBLEMS): Html => html`⚠️ ${PROBLEMS[problem]}`;
export const results = (of: Page<ListedProduct>, query: string): Html =>
  numbered(html`🔎 Hasil untuk <b>${query}</b>`, of);

export const nothingFound = (query: string): Html =>
  html`🔎 Belum ada produk yang cocok dengan <b>${query}</b>.

Coba kata yang lebih pendek, atau lihat semua produk dulu ya 👇`;

export const forgotten = (): Html => html`🙏 Pencarian ini sudah terlalu lama. Yuk, cari lagi.`;
