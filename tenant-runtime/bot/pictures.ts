import type { Document, Message } from 'grammy/types';
import type { Media } from './send.ts';

const IMAGE_NAME = /\.(jpe?g|png|webp|hei[cf])$/i;
const IMAGES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif']);

/** The sender's app says what a file is; its name, where it has one, is what an admin's machine goes by. */
export const isPictureFile = (file: Pick<Document, 'mime_type' | 'file_name'>): boolean =>
  IMAGES.has(file.mime_type ?? '') && (file.file_name === undefined || IMAGE_NAME.test(file.file_name));

const isPdf = (file: Pick<Document, 'mime_type' | 'file_name'>): boolean =>
  file.mime_type === 'application/pdf' && (file.file_name === undefined || /\.pdf$/i.test(file.file_name));

/** A photo, or a picture that was sent as a file. Sizes of a photo come smallest first. */
export function pictureOf(message: Message | undefined): Media | undefined {
  const photo = message?.photo?.at(-1)?.file_id;
  if (photo !== undefined) return { photo };
  const file = message?.document;
  return file && isPictureFile(file) ? { document: file.file_id } : undefined;
}

/** The same, or a document as banks make them of a payment. */
export function receiptOf(message: Message | undefined): Media | undefined {
  const file = message?.document;
  return file && isPdf(file) ? { document: file.file_id } : pictureOf(message);
}
