import type { FastifyReply } from 'fastify';
import { whenGone } from '../http/index.ts';

const LOOK_MS = 2_000;

/** Ends what a key was let into and that lasts, once the key is no longer in force. */
export type KeyWatch = {
  /** Aborts soon after the key was revoked or has expired; watched until the reply is gone. */
  follow(keyId: string, reply: FastifyReply): AbortSignal;
};

export function createKeyWatch(deps: {
  /** Those of the keys that are in force. */
  inForce(keyIds: readonly string[]): Promise<readonly string[]>;
  onFault(error: unknown): void;
}): KeyWatch {
  const followed = new Map<string, { controller: AbortController; streams: number }>();
  let waiting = false;

  async function look(): Promise<void> {
    try {
      const good = new Set(await deps.inForce([...followed.keys()]));
      for (const [keyId, { controller }] of followed) {
        if (good.has(keyId)) continue;
        followed.delete(keyId);
        controller.abort();
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
    setTimeout(() => void look(), LOOK_MS).unref();
  }

  return {
    follow(keyId, reply) {
      const one = followed.get(keyId) ?? { controller: new AbortController(), streams: 0 };
      one.streams += 1;
      followed.set(keyId, one);
      whenGone(reply, () => {
        one.streams -= 1;
        if (one.streams === 0 && followed.get(keyId) === one) followed.delete(keyId);
      });
      wait();
      return one.controller.signal;
    },
  };
}
