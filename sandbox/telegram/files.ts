import { shortId } from '../../kernel/ids.ts';
import { BotApiError, badRequest } from './api-error.ts';
import type { Upload } from './args.ts';
import { photoSize } from './images.ts';
import type { Document, PhotoSize, Sticker, Video } from './types.ts';

export type FileKind = 'photo' | 'document' | 'video' | 'sticker';

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

export function createFiles(botId: number): Files {
  const files = new Map<string, StoredFile>();
  let total = 0;
  return {
    add(kind, upload) {
      const { bytes } = upload;
      if (bytes.length === 0) throw badRequest('file must be non-empty');
      if (bytes.length > MAX_UPLOAD_BYTES) throw new BotApiError(413, 'Request Entity Too Large');
      const size = kind === 'photo' ? photoSize(bytes) : { width: 512, height: 512 };
      const uniqueId = `AQAD${shortId(12)}`;
      const fileId = `${kind === 'photo' ? 'AgACAg' : 'BQACAg'}${Buffer.from(`${botId}:${uniqueId}`).toString('base64url')}`;
      const extension = /\.[a-z0-9]{1,8}$/i.exec(upload.fileName)?.[0] ?? '';
      const path = `${kind}s/file_${files.size}_${shortId(4)}${kind === 'photo' ? '.jpg' : extension}`;
      const file = { kind, fileId, uniqueId, path, ...upload, ...size };
      files.set(fileId, file);
      total += bytes.length;
      for (const [id, oldest] of files) {
        if (total <= MAX_SHELF_BYTES || id === fileId) break;
        files.delete(id);
        total -= oldest.bytes.length;
      }
      return file;
    },
    byId: (fileId) => files.get(fileId),
    byPath: (path) => [...files.values()].find((file) => file.path === path),
  };
}

const ref = (file: StoredFile) => ({
  file_id: file.fileId,
  file_unique_id: file.uniqueId,
  file_size: file.bytes.length,
});

export const asPhoto = (file: StoredFile): PhotoSize[] => [{ ...ref(file), width: file.width, height: file.height }];

export const asDocument = (file: StoredFile): Document => ({
  file_name: file.fileName,
  mime_type: file.mimeType,
  ...ref(file),
});

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
