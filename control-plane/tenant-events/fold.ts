/** Messages of one chat that go out as one. */
export type Folded = { ids: number[]; text: string };

/** Telegram takes 4096 characters after parsing; counted before it, markup included, this is on the safe side. */
const ROOM = 4000;

/**
 * Lays what waits for one chat into few messages, in order, under the name of its store. Nothing is left out: a storm
 * becomes long messages, not many.
 */
export function fold(waiting: readonly { id: number; storeName: string; text: string }[]): Folded[] {
  const folded: (Folded & { storeName: string })[] = [];
  for (const { id, storeName, text } of waiting) {
    const last = folded.at(-1);
    const sameStore = last?.storeName === storeName;
    const added = sameStore ? `\n\n${text}` : `\n\n${title(storeName)}\n${text}`;
    if (last && last.text.length + added.length <= ROOM) {
      last.text += added;
      last.ids.push(id);
      last.storeName = storeName;
    } else folded.push({ ids: [id], storeName, text: `${title(storeName)}\n${text}` });
  }
  return folded;
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
const title = (storeName: string): string =>
  `🏪 <b>${storeName.replace(/[<>&]/g, (char) => ENTITIES[char] ?? char)}</b>`;
