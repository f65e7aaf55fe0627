const HEADER = 8;

/** One line. `at` keeps the engine's nanoseconds, which a Date would lose; `pieces` counts the engine's entries. */
export type LogLine = { at: string; text: string; pieces: number };

/**
 * Takes apart the engine's log stream: frames of one entry each, with a header of 8 bytes (1 stream, 3 zero, 4 length)
 * and with `timestamps` an RFC 3339 time before the text. A line above 16 KiB comes as several entries, of which only
 * the last ends with a newline.
 */
export async function* readFrames(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterable<LogLine> {
  let pending: Buffer = Buffer.alloc(0);
  const open = new Map<number, LogLine>();
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER && pending.length >= HEADER + pending.readUInt32BE(4)) {
      const stream = pending.readUInt8(0);
      const end = HEADER + pending.readUInt32BE(4);
      const entry = pending.subarray(HEADER, end).toString('utf8');
      pending = pending.subarray(end);
      const space = entry.indexOf(' ');
      const before = open.get(stream);
      const text = (before?.text ?? '') + entry.slice(space + 1);
      const line = { at: entry.slice(0, space), text, pieces: (before?.pieces ?? 0) + 1 };
      if (text.endsWith('\n')) {
        open.delete(stream);
        yield { ...line, text: text.slice(0, -1) };
      } else open.set(stream, line);
    }
  }
  yield* open.values();
}
