import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/** What waits for an answer to end, by connection. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when the answer has been sent or the client has left. An answer that waits behind another one on the
 * same connection (pipelining) never closes by itself: only its connection does.
 */
export function whenGone(reply: FastifyReply, done: () => void): void {
  const { socket } = reply.request.raw;
  if (socket.destroyed) {
    done();
    return;
  }
  const onThis = waitingOn(socket);
  const end = () => {
    if (onThis.delete(end)) done();
  };
  onThis.add(end);
  reply.raw.once('close', end);
}

function waitingOn(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const made = new Set<() => void>();
  waiting.set(socket, made);
  socket.once('close', () => {
    for (const end of made) end();
  });
  return made;
}
