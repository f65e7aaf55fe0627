import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import {
  type ProductPhoto,
  productPhotos,
  productsWithoutPhoto,
  setMissingPhoto,
} from '../../../tenant-runtime/database/index.ts';
import type { Telegram } from '../../platform/telegram/index.ts';

export type CarriedPhotos = {
  carried: number;
  /** Codes of products whose photo must be set anew. */
  left: string[];
};

/** One message a second is what Telegram takes in a chat. */
const PACE_MS = 1100;

/**
 * A photo's id means nothing to another bot: each is fetched with the old bot and given to the new one, in the chat of the
 * first of `chats` that has started it, where the message is deleted at once. What cannot be carried is named.
 */
export async function carryPhotos(
  { telegram, signal, progress }: { telegram: Telegram; signal: AbortSignal; progress(text: string): Promise<void> },
  from: { db: Db; token: string },
  to: { db: Db; token: string; chats: readonly number[] },
): Promise<CarriedPhotos> {
  const bare = new Map((await productsWithoutPhoto(to.db)).map(({ id, code }) => [id, code]));
  const photos = (await productPhotos(from.db)).filter(({ id, code }) => bare.get(id) === code);
  const chats = [...to.chats];
  const left: string[] = [];

  async function give(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    for (let chat = chats[0]; chat !== undefined; chat = chats[0]) {
      const given = await telegram.uploadPhoto(to.token, chat, bytes, signal);
      if (given) return given;
      // This person never started the new bot, or has blocked it.
      chats.shift();
    }
    return undefined;
  }

  async function carry({ id, photo }: ProductPhoto): Promise<boolean> {
    const bytes = await telegram.download(from.token, photo, signal);
    const carried = bytes && (await give(bytes));
    if (carried) await setMissingPhoto(to.db, id, carried);
    return carried !== undefined;
  }

  for (const [index, photo] of photos.entries()) {
    if (chats.length === 0) {
      left.push(photo.code);
      continue;
    }
    await progress(`${index} of ${photos.length}`);
    const done = await carry(photo).catch((error) => {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      return false;
    });
    if (!done) left.push(photo.code);
    if (done && index < photos.length - 1) await sleep(PACE_MS, undefined, { signal });
  }
  return { carried: photos.length - left.length, left };
}
