const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
const CHARACTERS: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** What a person or a program wrote, for a message that Telegram reads as HTML. */
export const escapeHtml = (text: string): string => text.replace(/[<>&]/g, (char) => ENTITIES[char] ?? char);

/** The words alone, for a message whose markup Telegram does not take. */
export const wordsOf = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|amp);/g, (entity) => CHARACTERS[entity] ?? entity);
