import { quoteNameHtml } from '../../../../kernel/html.ts';

/** What one store has for one chat, as one message. */
export type Folded = { ids: number[]; source: string; text: string };

type Waiting = { id: number; source: string; store: string | null; storeName: string | null; text: string };

/** Telegram takes 4096 characters after parsing; counted before it, markup included, this is on the safe side. */
const ROOM = 4000;

/**
 * The next message of the stores' words that wait for one chat, oldest first: as much of one store as fits, under its
 * name. No two stores share a message, so that nothing that one of them sends mars or speaks for another. After `last` comes
 * another store, if one waits: a storm of one keeps nobody waiting.
 */
export function nextMessage(waiting: readonly Waiting[], last: string | undefined): Folded | undefined {
  const [first] = waiting;
  if (!first) return undefined;
  const { source, storeName, store } = waiting.find((one) => one.source !== last) ?? first;
  const message: Folded = { ids: [], source, text: title(storeName, store) };
  for (const { id, text } of waiting.filter((one) => one.source === source)) {
    const added = `${message.ids.length === 0 ? '\n' : '\n\n'}${text}`;
    if (message.ids.length > 0 && message.text.length + added.length > ROOM) break;
    message.text += added;
    message.ids.push(id);
  }
  return message;
}

/**
 * Whom a message is about: a store, with the name that commands take where it is known, or the control plane. The store's
 * name is quoted: one that is called Lapak looks like no word of ours.
 */
export function title(storeName: string | null, slug: string | null = null): string {
  if (storeName === null && slug === null) return '🛠 <b>Lapak</b>';
  const known = slug === null ? '' : ` · <code>${slug}</code>`;
  return `🏪 ${quoteNameHtml(storeName ?? slug ?? '')}${known}`;
}
