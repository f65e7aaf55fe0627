import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';

/** Wide enough for a camera, small enough for a slow line. */
const WIDTH = 600;
/** Light modules around the code, without which cameras do not find it. */
const QUIET_ZONE = 4;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A QR code as a black and white PNG of about 600 pixels. */
export function qrPng(content: string): Buffer {
  const { size, data } = encode(content, { ecc: 'M', border: QUIET_ZONE });
  const scale = Math.ceil(WIDTH / size);
  const width = size * scale;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // One bit a pixel, grey; the rest is zero: deflated, without interlace.
  header[8] = 1;
  const rows = data.flatMap((modules) => Array.from({ length: scale }, () => rowOf(modules, scale)));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A line of pixels, a bit each, behind the byte that says that it is not filtered. 1 is white. */
function rowOf(modules: readonly boolean[], scale: number): Buffer {
  const row = Buffer.alloc(1 + Math.ceil((modules.length * scale) / 8));
  for (let x = 0; x < modules.length * scale; x += 1) {
    if (!modules[Math.floor(x / scale)]) row[1 + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return row;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
