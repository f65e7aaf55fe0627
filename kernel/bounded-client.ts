import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { AppError } from './errors.ts';

/** What one answer of a server may be, in bytes: each of its messages, and all of them until it is ready again. */
export type AnswerBounds = { message: number; answer: number };

const HEADER = 5;
const READY_FOR_QUERY = 0x5a;
const LONGEST_WORDS = 500;

/** What `pg` does with a stream: `attachListeners` hands every byte of it to a parser, behind TLS where there is TLS. */
type Internals = pg.Connection & { attachListeners(stream: Duplex): void; stream: Duplex };
type Words = { message?: string; detail?: string; hint?: string; where?: string };

/**
 * A client class that believes nothing of what the server sends. `pg` collects a message whole before it looks at it, and one
 * of half a gigabyte makes its parser throw where nobody can catch it. Here the length in the header ends the connection
 * before the bytes arrive, whatever a parser throws becomes the error of the query, and the words of an error are cut. Without
 * bounds the lengths are not looked at: for databases that nobody else writes to.
 */
export function boundedClient(bounds?: AnswerBounds): typeof pg.Client {
  return class BoundedClient extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      const connection = this.connection as Internals;
      const attach = connection.attachListeners.bind(connection);
      connection.attachListeners = (stream) => attach(bounded(stream, bounds));
      connection.prependListener('errorMessage', cutWords);
      connection.prependListener('notice', cutWords);
    }
  };
}

/** The events of `stream` that the parser listens to, as long as its messages keep within the bounds. */
function bounded(stream: Duplex, bounds: AnswerBounds | undefined): Duplex {
  const passed = new EventEmitter();
  const exceeds = bounds ? lengths(bounds) : () => false;
  stream.on('data', (chunk: Buffer) => {
    if (stream.destroyed) return;
    try {
      if (exceeds(chunk)) throw tooLarge();
      passed.emit('data', chunk);
    } catch (error) {
      stream.destroy(error as Error);
    }
  });
  stream.on('end', () => passed.emit('end'));
  return passed as Duplex;
}

/** Follows the headers of the messages through the chunks that they come in. @returns whether one is beyond the bounds */
function lengths({ message, answer }: AnswerBounds): (chunk: Buffer) => boolean {
  const header = Buffer.alloc(HEADER);
  let inHeader = 0;
  let left = 0;
  let sum = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      header[inHeader++] = chunk[at++] as number;
      if (inHeader < HEADER) continue;
      inHeader = 0;
      const length = header.readUInt32BE(1);
      sum = header[0] === READY_FOR_QUERY ? 0 : sum + length;
      if (length < HEADER - 1 || length > message || sum > answer) return true;
      left = length - (HEADER - 1);
    }
    return false;
  };
}

function tooLarge(): AppError {
  return new AppError(
    'TENANT_STATE_CONFLICT',
    "A row or message of the store's database is larger than any that its runtime writes, and was not read. Find and delete such rows there, then retry.",
  );
}

function cutWords(words: Words): void {
  for (const key of ['message', 'detail', 'hint', 'where'] as const) {
    const text = words[key];
    if (text !== undefined && text.length > LONGEST_WORDS) words[key] = `${text.slice(0, LONGEST_WORDS)}…`;
  }
}
