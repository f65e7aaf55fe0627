import { escapeHtml } from '../../../../kernel/html.ts';

/** What one store has for one chat, as one message. */
export type Folded = { ids: number[]; source: string; text: string };

type Waiting = { id: number; source: string; storeName: string | null; text: string };

/** Telegram takes 4096 characters after parsing; counted before it, markup included, this is on the safe side. */
const ROOM = 4000;

/**
 * The next message of the stores' own words that wait for one chat, oldest first: as much of one store as fits, under its
 * name. No two stores share a message, so that nothing that one of them sends mars or speaks for another. After `last` comes
 * another store, if one waits: a storm of one keeps nobody waiting.
 */
export function nextMessage(waiting: readonly Waiting[], last: string | undefined): Folded | undefined {
  const [first] = waiting;
  if (!first) return undefined;
  const { source, storeName } = waiting.find((one) => one.source !== last) ?? first;
  const message: Folded = { ids: [], source, text: title(storeName) };
  for (const { id, text } of waiting.filter((one) => one.source === source)) {
    const added = `${message.ids.length === 0 ? '\n' : '\n\n'}${text}`;
    if (message.ids.length > 0 && message.text.length + added.length > ROOM) break;
    message.text += added;
    message.ids.push(id);
  }
  return message;
}

/** Whom a message is about: a store, with the name that commands take where it is known, or the control plane. */
export function title(storeName: string | null, slug: string | null = null): string {
  if (storeName === null && slug === null) return '🛠 <b>Lapak</b>';
  const known = slug === null ? '' : ` · <code>${slug}</code>`;
  return `🏪 <b>${escapeHtml(storeName ?? slug ?? '')}</b>${known}`;
}
