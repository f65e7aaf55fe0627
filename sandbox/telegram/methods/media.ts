import { badRequest } from '../api-error.ts';
import type { Args } from '../args.ts';
import { refuseFileId } from '../file-ids.ts';
import { asDocument, asPhoto, asSticker, asVideo, type FileKind, type StoredFile } from '../files.ts';
import { captionOf } from '../text.ts';
import type { Content } from '../types.ts';
import type { MethodCall } from './call.ts';

const NAMES: Record<FileKind, string> = { photo: 'Photo', document: 'Document', sticker: 'Sticker', video: 'Video' };
const FETCH_TIMEOUT_MILLIS = 5000;

/**
 * The file that a parameter names: a part of the multipart body, `attach://<part>`, a `file_id` of this bot, or an
 * address to fetch it from.
 */
export async function readFile(call: MethodCall, kind: FileKind, key: string, value?: string): Promise<StoredFile> {
  const { bot, args } = call;
  const given = value ?? args.text(key);
  const part = given === undefined ? key : attachedPart(given);
  const upload = part === undefined ? undefined : args.upload(part);
  if (upload) return bot.files.add(kind, upload);
  if (part !== undefined || !given) throw badRequest(`there is no ${kind} in the request`);
  if (/^https?:\/\//i.test(given)) return bot.files.add(kind, await fetched(given));
  const known = bot.files.byId(given);
  if (!known) return refuseFileId(given);
  if (known.kind !== kind) throw badRequest(`can't use file of type ${NAMES[known.kind]} as ${NAMES[kind]}`);
  // Any size of a photo stands for the photo.
  return known.original?.kind === 'photo' ? known.original : known;
}

const attachedPart = (given: string) => (given.startsWith('attach://') ? given.slice('attach://'.length) : undefined);

async function fetched(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MILLIS) }).catch(() => undefined);
  if (!response?.ok) throw badRequest('failed to get HTTP URL content');
  return {
    fileName: new URL(url).pathname.split('/').at(-1) || 'file',
    mimeType: response.headers.get('content-type') ?? 'application/octet-stream',
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

/** The content that a file makes; photos, videos and documents may carry a caption. */
export function fileContent(file: StoredFile, caption?: ReturnType<typeof captionOf>): Content {
  const words = caption?.text
    ? { caption: caption.text, ...(caption.entities.length > 0 ? { caption_entities: caption.entities } : {}) }
    : {};
  if (file.kind === 'photo') return { photo: asPhoto(file), ...words };
  if (file.kind === 'sticker') return { sticker: asSticker(file) };
  if (file.kind === 'video') return { video: asVideo(file), ...words };
  return { document: asDocument(file), ...words };
}

/** One `InputMedia` of an album or an edit. */
export async function readInputMedia(call: MethodCall, raw: unknown): Promise<{ kind: FileKind; content: Content }> {
  if (typeof raw !== 'object' || raw === null) throw badRequest("can't parse InputMedia: expected an Object");
  const media = raw as Record<string, unknown>;
  const { type } = media;
  if (type !== 'photo' && type !== 'document' && type !== 'video') {
    throw badRequest(`can't parse InputMedia: type "${String(type)}" is not known here`);
  }
  if (typeof media.media !== 'string' || media.media === '') throw badRequest('media not found');
  const file = await readFile(call, type, 'media', media.media);
  const caption = captionOf(stringOf(media.caption), stringOf(media.parse_mode), media.caption_entities);
  return { kind: type, content: fileContent(file, caption) };
}

const stringOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** `media` of a call, as a list or one object. */
export function mediaParameter(args: Args): unknown {
  const media = args.object('media', 'media');
  if (media === undefined) throw badRequest('media is empty');
  return media;
}
