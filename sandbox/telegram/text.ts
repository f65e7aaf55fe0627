import { badRequest } from './api-error.ts';
import type { Args } from './args.ts';
import { cleaned, isEmptyText, trimmed } from './clean.ts';
import { keptEntities } from './entities.ts';
import { type ParsedText, parseHtml } from './html.ts';
import type { Entity } from './types.ts';

export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;
/** Bytes of a text or caption before it is parsed. */
const MAX_RAW_BYTES = 1 << 15;

/** The text of a message: required, 1 to 4096 UTF-16 units after parsing. */
export function readText(args: Args): ParsedText {
  const parsed = parsedText(args.text('text') ?? '', args.text('parse_mode'), args.object('entities', 'entities'));
  if (parsed.text === '') throw badRequest('message text is empty');
  const { text, entities } = trimmed(cleaned(parsed));
  if (isEmptyText(text)) throw badRequest('text must be non-empty');
  if (text.length > MAX_TEXT) throw badRequest('message is too long');
  return { text, entities: keptEntities(entities) };
}

/** A caption: may be empty, at most 1024 UTF-16 units after parsing. */
export function readCaption(args: Args): ParsedText {
  return captionOf(args.text('caption'), args.text('parse_mode'), args.object('caption_entities', 'caption entities'));
}

export function captionOf(raw: string | undefined, parseMode: string | undefined, given: unknown): ParsedText {
  const { text, entities } = trimmed(cleaned(parsedText(raw ?? '', parseMode, given)));
  if (isEmptyText(text)) return { text: '', entities: [] };
  if (text.length > MAX_CAPTION) throw badRequest('message caption is too long');
  return { text, entities: keptEntities(entities) };
}

function parsedText(raw: string, parseMode: string | undefined, entities: unknown): ParsedText {
  if (!raw.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  if (Buffer.byteLength(raw) > MAX_RAW_BYTES) throw badRequest('text is too long');
  const mode = parseMode?.toLowerCase() ?? '';
  if (mode === 'html') return parseHtml(raw);
  // Markdown exists on the real server; Lapak writes HTML only, so here it is a mistake.
  if (mode !== '' && mode !== 'none') throw badRequest('unsupported parse_mode');
  return { text: raw, entities: Array.isArray(entities) ? (entities as Entity[]) : [] };
}
