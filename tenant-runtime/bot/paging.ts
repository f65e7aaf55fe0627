import { InlineKeyboard } from 'grammy';

/** One page of a list. `page` counts from 0 and is the page that is shown, which may not be the one that was asked for. */
export type Page<T> = { items: T[]; page: number; pages: number };

/** Reads a page of a list whose rows carry the total; a page beyond the end becomes the last one. */
export async function paged<T extends { total: number }>(
  asked: number,
  size: number,
  read: (window: { limit: number; offset: number }) => Promise<T[]>,
): Promise<Page<T>> {
  const page = Math.max(0, asked);
  const items = await read({ limit: size, offset: page * size });
  const total = items[0]?.total;
  if (total !== undefined) return { items, page, pages: Math.ceil(total / size) };
  if (page === 0) return { items, page, pages: 1 };
  const [first] = await read({ limit: 1, offset: 0 });
  const pages = Math.max(1, Math.ceil((first?.total ?? 0) / size));
  return { items: await read({ limit: size, offset: (pages - 1) * size }), page: pages - 1, pages };
}

/** The arrows of a list that has more than one page. */
export function turnPages(
  keyboard: InlineKeyboard,
  list: { page: number; pages: number },
  to: (page: number) => string,
): InlineKeyboard {
  if (list.page > 0) keyboard.text('⬅️', to(list.page - 1));
  if (list.page < list.pages - 1) keyboard.text('➡️', to(list.page + 1));
  return keyboard;
}

/** A row with the numbers that the items of a page have in its text. */
export function numbered<T>(items: readonly T[], to: (item: T) => string): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  for (const [index, item] of items.entries()) keyboard.text(String(index + 1), to(item));
  return keyboard.row();
}
