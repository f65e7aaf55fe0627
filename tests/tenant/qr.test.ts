import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPng } from '../../tenant-runtime/bot/qr.ts';

/** The chunks of a PNG by type; each must carry its own checksum. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  return chunks;
}

test('the picture of a QR code holds each of its modules, and a quiet zone around them', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 300 }), (content) => {
      const chunks = chunksOf(qrPng(content));
      expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
      const header = chunks.get('IHDR')!;
      const width = header.readUInt32BE(0);
      expect(header.readUInt32BE(4)).toBe(width);
      const { size, data } = encode(content, { ecc: 'M', border: 4 });
      const scale = width / size;
      expect(Number.isInteger(scale) && width >= 600).toBe(true);
      const pixels = inflateSync(chunks.get('IDAT')!);
      const stride = 1 + Math.ceil(width / 8);
      expect(pixels.length).toBe(stride * width);
      const isDark = (x: number, y: number) => (pixels[y * stride + 1 + (x >> 3)]! & (0x80 >> (x & 7))) === 0;
      const middle = Math.floor(scale / 2);
      const read = data.map((row, y) => row.map((_, x) => isDark(x * scale + middle, y * scale + middle)));
      expect(read).toEqual(data);
      expect(read.slice(0, 4).flat().some(Boolean)).toBe(false);
    }),
    { numRuns: 30 },
  );
});
