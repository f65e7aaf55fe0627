import { shortId } from '../../kernel/ids.ts';
import { BotApiError, badRequest } from './api-error.ts';
import type { Upload } from './args.ts';
import { makeFileId } from './file-ids.ts';
import { imageSize, photoSize } from './images.ts';
import { blankPng, type Size, smallerSizes } from './thumbnails.ts';
import type { Document, PhotoSize, Sticker, Video } from './types.ts';

export type FileKind = 'photo' | 'document' | 'sticker' | 'video';

export type StoredFile = {
  kind: FileKind;
  fileId: string;
  uniqueId: string;
  /** Relative address below `/file/bot<token>/`. */
  path: string;
  fileName: string;
  mimeType: string;
  bytes: Buffer;
  width: number;
  height: number;
  /** Smaller copies of a picture, small to large, each a file by itself. */
  smaller: StoredFile[];
  /** The picture that this is a smaller copy of. */
  original?: StoredFile;
};

/** The files of one bot. A `file_id` means nothing to any other bot. */
export type Files = {
  add(kind: FileKind, upload: Upload): StoredFile;
  byId(fileId: string): StoredFile | undefined;
  byPath(path: string): StoredFile | undefined;
};

const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
/** Bytes that one bot's files may take; the oldest go first. */
const MAX_SHELF_BYTES = 256 * 1024 * 1024;
/** What the sandbox takes every video and sticker to be: it reads neither. */
const VIDEO_SIZE = { width: 640, height: 360 };
const STICKER_SIZE = { width: 512, height: 512 };
const THUMBNAIL_SIDE = 320;

export function createFiles(botId: number): Files {
  const files = new Map<string, StoredFile>();
  let total = 0;

  const keep = (kind: FileKind, upload: Upload, size: Size): StoredFile => {
    const uniqueId = `AQAD${shortId(12)}`;
    const fileId = makeFileId(kind, botId, uniqueId);
    const extension = /\.[a-z0-9]{1,8}$/i.exec(upload.fileName)?.[0] ?? '';
    const path = `${kind}s/file_${files.size}_${shortId(4)}${kind === 'photo' ? '.jpg' : extension}`;
    const { width, height } = size;
    const file: StoredFile = { kind, fileId, uniqueId, path, ...upload, width, height, smaller: [] };
    files.set(fileId, file);
    total += upload.bytes.length;
    return file;
  };

  return {
    add(kind, upload) {
      const { bytes } = upload;
      if (bytes.length === 0) throw badRequest('file must be non-empty');
      if (bytes.length > MAX_UPLOAD_BYTES) throw new BotApiError(413, 'Request Entity Too Large');
      const size = sizeOf(kind, upload);
      const file = keep(kind, upload, size ?? { width: 0, height: 0 });
      for (const copy of size && ['photo', 'document'].includes(kind) ? smallerSizes(size) : []) {
        if (kind === 'document' && Math.max(copy.width, copy.height) !== THUMBNAIL_SIDE) continue;
        const shrunk = { fileName: 'thumb.png', mimeType: 'image/png', bytes: blankPng(copy) };
        const one = keep('photo', shrunk, copy);
        one.original = file;
        file.smaller.push(one);
      }
      for (const [id, oldest] of files) {
        if (total <= MAX_SHELF_BYTES || id === file.fileId) break;
        files.delete(id);
        total -= oldest.bytes.length;
      }
      return file;
    },
    byId: (fileId) => files.get(fileId),
    byPath: (path) => [...files.values()].find((file) => file.path === path),
  };
}

/** Width and height of what shows something; `undefined` of a document that is no picture. */
function sizeOf(kind: FileKind, { bytes, mimeType }: Upload): Size | undefined {
  if (kind === 'photo') return photoSize(bytes);
  if (kind === 'document') return mimeType.startsWith('image/') ? imageSize(bytes) : undefined;
  return kind === 'video' ? VIDEO_SIZE : STICKER_SIZE;
}

const ref = (file: StoredFile) => ({
  file_id: file.fileId,
  file_unique_id: file.uniqueId,
  file_size: file.bytes.length,
});

const photoSizeOf = (file: StoredFile): PhotoSize => ({ ...ref(file), width: file.width, height: file.height });

/** All sizes of a photo, the small ones first. */
export const asPhoto = (file: StoredFile): PhotoSize[] => [...file.smaller, file].map(photoSizeOf);

/** A picture that came as a file has a thumbnail, if it is larger than that. */
export function asDocument(file: StoredFile): Document {
  const thumbnail = file.smaller.at(-1);
  return {
    file_name: file.fileName,
    mime_type: file.mimeType,
    ...(thumbnail ? { thumbnail: photoSizeOf(thumbnail) } : {}),
    ...ref(file),
  };
}

export const asVideo = (file: StoredFile): Video => ({
  ...ref(file),
  width: file.width,
  height: file.height,
  duration: 1,
  file_name: file.fileName,
  mime_type: file.mimeType,
});

export const asSticker = (file: StoredFile): Sticker => ({
  ...ref(file),
  type: 'regular',
  width: file.width,
  height: file.height,
  is_animated: false,
  is_video: false,
});
