import { type Html, html } from '../../../bot/html.ts';

const DONE = {
  created: 'ditambahkan',
  renamed: 'diganti namanya',
  activated: 'ditampilkan',
  deactivated: 'disembunyikan',
  moved: 'dipindah urutannya',
  deleted: 'dihapus',
} as const;

export type CategoryChange = keyof typeof DONE;

/** One line about a change of a category, for the owners. */
export function categorySummary(done: CategoryChange, name: string, newName: string | undefined): Html {
  const renamed = done === 'renamed' && newName ? ` menjadi ${newName}` : '';
  return html`Kategori <b>${name}</b> ${DONE[done]}${renamed}.`;
}
