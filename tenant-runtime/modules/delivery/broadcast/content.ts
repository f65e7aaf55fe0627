import type { Message } from 'grammy/types';
import { entitiesToHtml, isFormatted } from '../../../bot/entities.ts';
import { MAX_CAPTION, MAX_TEXT, plainText, rawHtml, visibleLength } from '../../../bot/html.ts';
import { FULL, fits, weigh } from '../../../bot/weight.ts';
import { escapeStray, type MarkupProblem, markupProblem } from '../../staff/templates/index.ts';
import { type Content, MEDIA_KINDS } from './schema.ts';

export type ContentProblem =
  | MarkupProblem
  | { kind: 'wrong_kind' }
  | { kind: 'album' }
  | { kind: 'no_caption' }
  | { kind: 'empty' }
  | { kind: 'too_long'; length: number; max: number }
  | { kind: 'too_much_markup'; max: number };

export type ReadContent = { ok: true; content: Content; escaped: boolean } | { ok: false; problem: ContentProblem };

/**
 * Reads what an admin wants to send to everybody: HTML that they typed, or Telegram's own formatting. `escaped`: a `<` that
 * begins no tag was taken for what it is.
 */
export function readContent(message: Message | undefined): ReadContent {
  const refuse = (problem: ContentProblem) => ({ ok: false as const, problem });
  const files = filesOf(message);
  const isFile = MEDIA_KINDS.some((kind) => files[kind] !== null);
  const typed = isFile ? message?.caption : message?.text;
  if (message?.media_group_id !== undefined) return refuse({ kind: 'album' });
  if (isFile && !typed?.trim()) return refuse({ kind: 'no_caption' });
  if (typed === undefined) return refuse({ kind: 'wrong_kind' });
  const entities = isFile ? message?.caption_entities : message?.entities;
  const formatted = isFormatted(entities);
  const text = formatted ? typed : escapeStray(typed);
  const problem = formatted ? undefined : markupProblem(text);
  if (problem) return refuse(problem);
  const body = formatted ? entitiesToHtml(text, entities) : rawHtml(text);
  const max = isFile ? MAX_CAPTION : MAX_TEXT;
  const length = visibleLength(body);
  if (length > max) return refuse({ kind: 'too_long', length, max });
  if (!fits(weigh(body))) return refuse({ kind: 'too_much_markup', max: FULL.entities });
  if (squeezed(plainText(body)) === '') return refuse({ kind: 'empty' });
  return { ok: true, content: { body, ...files }, escaped: text !== typed };
}

function filesOf(message: Message | undefined): Omit<Content, 'body'> {
  const photo = message?.photo?.at(-1)?.file_id ?? null;
  const video = message?.video?.file_id ?? null;
  // A GIF comes as a file too; sent on as one it would not move.
  const document = message?.animation ? null : (message?.document?.file_id ?? null);
  return { photo, video, document };
}

/** Telegram trims and re-spaces a text, and drops some characters. */
const squeezed = (text: string): string => text.replace(/\s|[\u2028-\u202e]|\u0333|\u033f|\u030a/g, '');
