import { quotable, quotableLine } from './text.ts';

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** Text as it stands in HTML, between tags or in a quoted attribute; Telegram's HTML knows the same four entities. */
export const escapeHtml = (text: string): string => text.replace(/[<>&"]/g, (char) => ENTITIES[char] ?? char);

const CHARACTERS: Record<string, string> = Object.fromEntries(
  Object.entries(ENTITIES).map(([char, entity]) => [entity, char]),
);

/** The text of a message without its markup, for where the markup is not taken. */
export const textOfHtml = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|quot|amp);/g, (entity) => CHARACTERS[entity] ?? entity);

/**
 * What somebody else wrote, as a block that is seen to be quoted. In `pre` and `code` Telegram makes nothing of addresses,
 * @names, commands and phone numbers.
 */
export const quoteHtml = (text: string, longest: number): string => `<pre>${escapeHtml(quotable(text, longest))}</pre>`;

/** A name that somebody else chose, quoted within a line. */
export const quoteNameHtml = (name: string, longest = 64): string =>
  `<code>${escapeHtml(quotableLine(name, longest))}</code>`;
