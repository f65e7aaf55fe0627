import type { InlineKeyboard } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Queryable } from '../../../../kernel/db.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { type Html, html, keep, rawHtml } from '../../../bot/html.ts';
import { receiptOf } from '../../../bot/pictures.ts';
import type { Outbox } from '../../delivery/outbox/index.ts';
import { withCaption } from './copy.ts';
import { deleteAlbums, insertAlbum, nextPicture } from './sql.ts';

/** What the first picture of an album was taken for. */
export type AlbumOf = { cause: string; notice: Html; keyboard?: InlineKeyboard };

/** Pictures that were sent together come as a message each: the first is answered, the others follow it. */
export type Albums = {
  /** Notes what this picture was taken for, if others of its album may follow. */
  begin(ctx: StoreContext, of: AlbumOf): Promise<void>;
  /** Passes one more picture of a known album on to the sellers. False when it is none. */
  follow(ctx: StoreContext): Promise<boolean>;
  /** Forgets albums that nothing more comes of. */
  purge(on: Queryable, now: Date): Promise<void>;
};

/** Telegram's largest album. */
const MOST_PICTURES = 10;
const KEEP_MS = 86_400_000;

export function createAlbums(deps: { outbox: Pick<Outbox, 'notifyAdminsInConfidence'>; clock: Clock }): Albums {
  return {
    async begin(ctx, { cause, notice, keyboard }) {
      const album = ctx.message?.media_group_id;
      if (album === undefined) return;
      const replyMarkup = keyboard ? { inline_keyboard: keyboard.inline_keyboard } : null;
      await insertAlbum(ctx.tx, ctx.user.id, album, { cause, notice, replyMarkup }, deps.clock.now());
    },
    async follow(ctx) {
      const album = ctx.message?.media_group_id;
      const media = receiptOf(ctx.message);
      if (album === undefined || !media) return false;
      const known = await nextPicture(ctx.tx, ctx.user.id, album);
      if (!known) return false;
      if (known.pictures > MOST_PICTURES) return true;
      const notice = html`${keep(rawHtml(known.notice))}\n📎 Gambar ke-${known.pictures}`;
      await deps.outbox.notifyAdminsInConfidence(
        ctx.tx,
        `${known.cause}:album:${album}:${known.pictures}`,
        notice,
        { text: withCaption(notice, ctx.message?.caption), ...media },
        { orOwners: true, ...(known.replyMarkup ? { replyMarkup: known.replyMarkup } : {}) },
      );
      return true;
    },
    purge: (on, now) => deleteAlbums(on, new Date(now.getTime() - KEEP_MS)),
  };
}
