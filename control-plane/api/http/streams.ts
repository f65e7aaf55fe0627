import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { whenGone } from './gone.ts';
import { refusedField } from './problems.ts';

/** A comment that keeps proxies from closing a quiet stream of server-sent events. */
export const HEARTBEAT = ': still here\n\n';

export const HEARTBEAT_MS = 10_000;

/** The number of the event after which a stream goes on; undefined for a new one. @throws AppError BAD_REQUEST */
export function lastEventId(header: string | string[] | undefined, most: number): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header) && Number(header) <= most) return Number(header);
  throw refusedField('/headers/last-event-id', 'the id of an event of this stream');
}

/** A signal that aborts when the client goes away, when its key is revoked or expires, or when `closing` does. */
function goneSignal(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  whenGone(reply, () => gone.abort());
  const { revoked } = reply.request;
  return AbortSignal.any([gone.signal, closing, ...(revoked ? [revoked] : [])]);
}

export type StreamOptions = {
  type: 'text/plain; charset=utf-8' | 'text/event-stream';
  /** Aborts when the control plane stops. */
  closing: AbortSignal;
};

/** Streams pieces of text to the client. `produce` is told by its signal that nobody reads any more. */
export function streamText(
  reply: FastifyReply,
  options: StreamOptions,
  produce: (signal: AbortSignal) => AsyncIterable<string>,
): Readable {
  const signal = goneSignal(reply, options.closing);
  // Nothing happened on the connection for a while: a stream may be quiet, but what it has to say must be taken.
  reply.raw.on('timeout', (socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });
  reply.type(options.type).header('cache-control', 'no-store').header('x-accel-buffering', 'no');
  const pieces = withHeadersFirst(reply, untilGone(reply, produce(signal), signal, options.closing));
  return Readable.from(pieces, { objectMode: false });
}

/**
 * Ends quietly when the reader left. A fault of the producer breaks the connection off, and so does the end of the control
 * plane: it must not look like the end of what is followed.
 */
async function* untilGone(
  reply: FastifyReply,
  pieces: AsyncIterable<string>,
  signal: AbortSignal,
  closing: AbortSignal,
): AsyncGenerator<string> {
  try {
    yield* pieces;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (closing.aborted) reply.raw.destroy();
}

/** A fault that comes so soon is still answered as a problem. */
const HEADERS_AFTER_MS = 250;

/** A client that waits for what happens next must see that it is let in: the headers do not wait for the first piece. */
async function* withHeadersFirst(reply: FastifyReply, pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  const timer = setTimeout(() => reply.raw.flushHeaders(), HEADERS_AFTER_MS);
  try {
    for await (const piece of pieces) {
      clearTimeout(timer);
      yield piece;
    }
  } finally {
    clearTimeout(timer);
  }
}
