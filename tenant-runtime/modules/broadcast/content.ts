import type { Message } from 'grammy/types';
import { entitiesToHtml, isFormatted } from '../../bot/entities.ts';
import { type Html, MAX_CAPTION, MAX_TEXT, plainText, rawHtml, visibleLength } from '../../bot/html.ts';
import { type MarkupProblem, markupProblem } from '../templates/index.ts';
import type { Content } from './schema.ts';

export type ContentProblem =
  | MarkupProblem
  | { kind: 'wrong_kind' }
  | { kind: 'album' }
  | { kind: 'no_caption' }
  | { kind: 'empty' }
  | { kind: 'too_long'; length: number; max: number };

/** Reads what an admin wants to send to everybody: HTML that they typed, or Telegram's own formatting. */
export function readContent(
  message: Message | undefined,
): { ok: true; content: Content } | { ok: false; problem: ContentProblem } {
  const refuse = (problem: ContentProblem) => ({ ok: false as const, problem });
  const photo = message?.photo?.at(-1)?.file_id ?? null;
  const text = photo === null ? message?.text : message?.caption;
  if (message?.media_group_id !== undefined) return refuse({ kind: 'album' });
  if (photo !== null && !text?.trim()) return refuse({ kind: 'no_caption' });
  if (text === undefined) return refuse({ kind: 'wrong_kind' });
  const entities = photo === null ? message?.entities : message?.caption_entities;
  const formatted = isFormatted(entities);
  const problem = formatted ? undefined : markupProblem(text);
  if (problem) return refuse(problem);
  const body = formatted ? entitiesToHtml(text, entities) : rawHtml(text);
  const max = photo === null ? MAX_TEXT : MAX_CAPTION;
  const length = visibleLength(body);
  if (length > max) return refuse({ kind: 'too_long', length, max });
  if (squeezed(plainText(body)) === '') return refuse({ kind: 'empty' });
  return { ok: true, content: { body, photo } };
}

const squeezed = (text: string): string => text.replace(/\s+/g, '');

/** Whether a message in a chat is this content. Telegram trims and re-spaces a text, so white space is not compared. */
export function isContent(message: Message, { body, photo }: { body: Html; photo: string | null }): boolean {
  const shown = photo === null ? message.text : message.photo && message.caption;
  return shown !== undefined && squeezed(shown) === squeezed(plainText(body));
}
