import type { Message } from 'grammy/types';
import { isPictureFile } from '../../../bot/pictures.ts';
import type { Media } from '../../../bot/send.ts';
import type { Evidence } from './schema.ts';

export type EvidenceProblem =
  /** A sticker, voice, contact… */
  'not_proof' | 'empty' | 'too_long' | 'caption_long' | 'not_image' | 'file_too_big';

export const EVIDENCE_LIMITS = {
  /** Characters of a text. */
  text: 3000,
  /** Characters of a caption: the lines that say whose proof it is go above it, and 1024 is all there is. */
  caption: 600,
  /** What a bot may ask Telegram for; admins open the file in their own app. */
  fileBytes: 20 * 1024 * 1024,
} as const;

/** Reads a proof from a message: its text, its photo, or a picture that was sent as a file. */
export function evidenceOf(message: Message | undefined): Evidence | { problem: EvidenceProblem } {
  if (message?.text !== undefined) {
    const text = message.text.trim();
    if (text === '') return { problem: 'empty' };
    return text.length > EVIDENCE_LIMITS.text ? { problem: 'too_long' } : { kind: 'text', text };
  }
  const text = message?.caption?.trim() ?? '';
  // Sizes of a photo come smallest first.
  const photo = message?.photo?.at(-1);
  const file = message?.document;
  if (!photo && !file) return { problem: 'not_proof' };
  if (file && !isPictureFile(file)) return { problem: 'not_image' };
  if (file && (file.file_size ?? 0) > EVIDENCE_LIMITS.fileBytes) return { problem: 'file_too_big' };
  if (text.length > EVIDENCE_LIMITS.caption) return { problem: 'caption_long' };
  if (photo) return { kind: 'photo', text, fileId: photo.file_id };
  return { kind: 'document', text, fileId: file?.file_id };
}

/** The file of a proof, as a screen or a queued message takes it. */
export const mediaOf = ({ kind, fileId }: Evidence): Media =>
  kind === 'text' || fileId === undefined ? {} : { [kind]: fileId };
