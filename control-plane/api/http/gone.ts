import type { FastifyReply } from 'fastify';

/** Calls back once, when the answer has been sent or the client has left; at once when it left before. */
export function whenGone(reply: FastifyReply, done: () => void): void {
  if (reply.request.raw.socket.destroyed) done();
  else reply.raw.once('close', done);
}
