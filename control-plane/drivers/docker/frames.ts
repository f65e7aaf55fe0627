/**
 * Takes apart the engine's log stream: frames of one entry each, with a header of 8 bytes (1 stream, 3 zero, 4 length)
 * and with `timestamps` an RFC 3339 time before the text. A long line comes as several entries, of which only the last
 * ends with a newline.
 */
export async function* readFrames(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterable<LogEntry> {
  let pending: Buffer = Buffer.alloc(0);
  const partial = new Map<number, string>();
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER && pending.length >= HEADER + pending.readUInt32BE(4)) {
      const stream = pending.readUInt8(0);
      const end = HEADER + pending.readUInt32BE(4);
      const text = pending.subarray(HEADER, end).toString('utf8');
      pending = pending.subarray(end);
      const space = text.indexOf(' ');
      const body = (partial.get(stream) ?? '') + text.slice(space + 1);
      if (body.endsWith('\n')) {
        partial.delete(stream);
        yield { at: text.slice(0, space), line: body.slice(0, -1) };
      } else partial.set(stream, body);
    }
  }
  for (const line of partial.values()) yield { at: '', line };
}

const HEADER = 8;

/** `at` keeps the engine's nanoseconds, which a Date would lose. */
export type LogEntry = { at: string; line: string };
