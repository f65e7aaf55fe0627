import { badRequest } from './api-error.ts';

const MAX_PHOTO_BYTES = 10 * 1024 * 1024;

/**
 * Width and height of a PNG or JPEG that Telegram would take as a photo.
 * @throws BotApiError when it is too big, no image, or of a shape that Telegram refuses
 */
export function photoSize(bytes: Buffer): { width: number; height: number } {
  if (bytes.length > MAX_PHOTO_BYTES) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${MAX_PHOTO_BYTES} bytes`,
    );
  }
  const size = imageSize(bytes);
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height } = size;
  const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
  if (width + height > 10_000 || width * height === 0 || ratio > 20) throw badRequest('PHOTO_INVALID_DIMENSIONS');
  return size;
}

/** Width and height of a PNG or JPEG; `undefined` of anything else. */
export const imageSize = (bytes: Buffer) => pngSize(bytes) ?? jpegSize(bytes);

function pngSize(bytes: Buffer) {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Walks the segments of a JPEG (ITU T.81, B.1) to its frame header. */
function jpegSize(bytes: Buffer) {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
