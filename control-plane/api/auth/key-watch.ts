import type { FastifyReply } from 'fastify';
import { whenGone } from '../http/index.ts';

const CHECK_MS = 2_000;

/** Ends what a key, or a session, was let into and that lasts, once it is no longer in force. */
export type KeyWatch = {
  /** Aborts soon after what has this id was revoked or has expired; watched until the reply is gone. */
  follow(id: string, reply: FastifyReply): AbortSignal;
};

export function createKeyWatch(deps: {
  /** Those that are in force. */
  inForce(ids: readonly string[]): Promise<readonly string[]>;
  onFault(error: unknown): void;
}): KeyWatch {
  const followed = new Map<string, { controller: AbortController; streams: number }>();
  let waiting = false;

  async function check(): Promise<void> {
    try {
      // Whoever comes while the answer is on its way was not asked about.
      const asked = [...followed];
      const good = new Set(await deps.inForce(asked.map(([id]) => id)));
      for (const [id, one] of asked) {
        if (good.has(id)) continue;
        if (followed.get(id) === one) followed.delete(id);
        one.controller.abort();
      }
    } catch (error) {
      // Without a database nobody revokes a key either.
      deps.onFault(error);
    }
    waiting = false;
    wait();
  }

  function wait(): void {
    if (waiting || followed.size === 0) return;
    waiting = true;
    setTimeout(() => void check(), CHECK_MS).unref();
  }

  return {
    follow(id, reply) {
      const one = followed.get(id) ?? { controller: new AbortController(), streams: 0 };
      one.streams += 1;
      followed.set(id, one);
      whenGone(reply, () => {
        one.streams -= 1;
        if (one.streams === 0 && followed.get(id) === one) followed.delete(id);
      });
      wait();
      return one.controller.signal;
    },
  };
}
