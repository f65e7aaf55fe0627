import { withoutInvisible } from '../../../../kernel/text.ts';

const REFERENCE = /(?<![a-z0-9])(?:tg|dp)(\d{1,16})-[a-z0-9]{4,32}(?![a-z0-9-])/i;

/** The invoice id that a text holds, wherever it was copied from: `Invoice tg1-abcd`, `#tg1-abcd`, a link, a whole notice. */
export const referenceIn = (text: string): string | undefined =>
  REFERENCE.exec(withoutInvisible(text))?.[0].toLowerCase();

/** What stands for a person in a text from elsewhere: the id within an invoice id or a link, or an @username. */
export function personIn(text: string): string | undefined {
  const typed = withoutInvisible(text);
  const link = /tg:\/\/user\?id=(\d{1,16})/i.exec(typed)?.[1] ?? REFERENCE.exec(typed)?.[1];
  if (link !== undefined) return link;
  const name = /(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/([a-z]\w{3,31})(?![\w+/])/i.exec(typed)?.[1];
  if (name !== undefined) return `@${name}`;
  // Lines of a notice: nobody types several of them to look for somebody.
  if (!typed.trim().includes('\n')) return undefined;
  return /(?<!\d)\d{5,16}(?!\d)/.exec(typed)?.[0] ?? /@[a-z]\w{3,31}/i.exec(typed)?.[0];
}
