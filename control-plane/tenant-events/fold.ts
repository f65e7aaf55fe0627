/** What one store has for one chat, as one message. */
export type Folded = { ids: number[]; store: string; text: string };

type Waiting = { id: number; store: string; storeName: string | null; text: string };

const MAX_TEXT = 4096;
/** Telegram takes 4096 characters after parsing; counted before it, markup included, this is on the safe side. */
const ROOM = 4000;

/**
 * The next message of what waits for one chat, oldest first: as much of one store as fits, under its name. No two stores
 * share a message, so that nothing that one of them sends mars or speaks for another. After `last` comes another store, if
 * one waits: a storm of one keeps nobody waiting.
 */
export function nextMessage(waiting: readonly Waiting[], last: string | undefined): Folded | undefined {
  const [first] = waiting;
  if (!first) return undefined;
  const { store, storeName } = waiting.find((one) => one.store !== last) ?? first;
  const message: Folded = { ids: [], store, text: title(storeName) };
  for (const { id, text } of waiting.filter((one) => one.store === store)) {
    const added = `${message.ids.length === 0 ? '\n' : '\n\n'}${text}`;
    if (message.ids.length > 0 && message.text.length + added.length > ROOM) break;
    message.text += added;
    message.ids.push(id);
  }
  return message;
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
const title = (storeName: string | null): string =>
  storeName === null ? '🛠 <b>Lapak</b>' : `🏪 <b>${storeName.replace(/[<>&]/g, (char) => ENTITIES[char] ?? char)}</b>`;

const CHARACTERS: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** The words alone, for a message whose markup Telegram does not take. */
export const wordsOf = (text: string): string =>
  text
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|amp);/g, (entity) => CHARACTERS[entity] ?? entity)
    .slice(0, MAX_TEXT);
