import { crc32, deflateSync } from 'node:zlib';

export type Size = { width: number; height: number };

/** The longest sides of the copies that Telegram makes of a photo, small to large. */
const SIDES = [90, 320, 800, 1280];

/** The sizes of a picture's smaller copies. */
export function smallerSizes({ width, height }: Size): Size[] {
  const longest = Math.max(width, height);
  return SIDES.filter((side) => side < longest).map((side) => ({
    width: Math.max(1, Math.round((width * side) / longest)),
    height: Math.max(1, Math.round((height * side) / longest)),
  }));
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** A black PNG: the sandbox cannot shrink a picture, but whoever takes a small copy for the picture shall see it. */
export function blankPng({ width, height }: Size): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, greyscale; each row begins with its filter.
  header[8] = 1;
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
