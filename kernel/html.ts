const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** Text as it stands in HTML, between tags or in a quoted attribute; Telegram's HTML knows the same four entities. */
export const escapeHtml = (text: string): string => text.replace(/[<>&"]/g, (char) => ENTITIES[char] ?? char);

const CHARACTERS: Record<string, string> = Object.fromEntries(
  Object.entries(ENTITIES).map(([char, entity]) => [entity, char]),
);

/** The text of a message without its markup, for where the markup is not taken. */
export const textOfHtml = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|quot|amp);/g, (entity) => CHARACTERS[entity] ?? entity);
