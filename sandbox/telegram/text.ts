import { badRequest } from './api-error.ts';
import type { Args } from './args.ts';
import { type ParsedText, parseHtml } from './html.ts';
import type { Entity } from './types.ts';

export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

/** The text of a message: required, 1 to 4096 UTF-16 units after parsing. */
export function readText(args: Args): ParsedText {
  const parsed = formatted(args.text('text') ?? '', args.text('parse_mode'), args.object('entities', 'entities'));
  if (parsed.text === '') throw badRequest('message text is empty');
  if (parsed.text.length > MAX_TEXT) throw badRequest('message is too long');
  return parsed;
}

/** A caption: may be empty, at most 1024 UTF-16 units after parsing. */
export function readCaption(args: Args): ParsedText {
  return captionOf(args.text('caption'), args.text('parse_mode'), args.object('caption_entities', 'caption entities'));
}

export function captionOf(text: string | undefined, parseMode: string | undefined, entities: unknown): ParsedText {
  const parsed = formatted(text ?? '', parseMode, entities);
  if (parsed.text.length > MAX_CAPTION) throw badRequest('message caption is too long');
  return parsed;
}

function formatted(raw: string, parseMode: string | undefined, entities: unknown): ParsedText {
  const mode = parseMode?.toLowerCase() ?? '';
  if (mode === 'html') return trimmed(parseHtml(cleaned(raw)));
  // Markdown exists on the real server; Lapak writes HTML only, so here it is a mistake.
  if (mode !== '' && mode !== 'none') throw badRequest('unsupported parse_mode');
  return trimmed({ text: cleaned(raw), entities: Array.isArray(entities) ? (entities as Entity[]) : [] });
}

/** Control characters become spaces and carriage returns vanish, as on the real server. */
function cleaned(text: string): string {
  if (!text.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Telegram replaces.
  return text.replaceAll('\r', '').replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f]/g, ' ');
}

/** Cuts white space off both ends, at the start only up to the first entity, and moves the entities along. */
function trimmed({ text, entities }: ParsedText): ParsedText {
  const end = text.trimEnd().length;
  const first = entities[0]?.offset ?? end;
  const start = Math.min(text.length - text.trimStart().length, first, end);
  const kept = entities.flatMap((entity) => {
    const length = Math.min(entity.offset + entity.length, end) - entity.offset;
    return length > 0 ? [{ ...entity, offset: entity.offset - start, length }] : [];
  });
  return { text: text.slice(start, end), entities: kept };
}
