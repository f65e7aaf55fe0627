import { Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import type { TextFile } from '../../../../bot/files.ts';
import { turnPages } from '../../../../bot/paging.ts';
import { dateTime } from '../../../../bot/time.ts';
import { ADMIN_MENU } from '../../menu/index.ts';
import type { Restore, SectionView, Snapshot, Snapshots } from '../index.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import {
  buttons,
  confirmRestore,
  fileCaption,
  fileName,
  label,
  nothingRestored,
  restoreReport,
  snapshotDetail,
  snapshotGone,
  snapshotList,
  toasts,
} from './copy.ts';

export type ConfigurationAdminDeps = {
  snapshots: Pick<Snapshots, 'page' | 'find' | 'make' | 'compare'>;
  restore: Restore;
  /** Sends a file to a chat now, and logs when that fails: the button can be pressed again. */
  sendFile(chatId: number, file: TextFile): void;
  store: string;
  timeZone: string;
};

/** `💾 Backup Konfigurasi`: what was set at a time, to look at, to keep, to put back. */
export function configurationAdminHandlers(deps: ConfigurationAdminDeps): Composer<StoreContext> {
  const { snapshots } = deps;
  const composer = new Composer<StoreContext>();
  const time = dateTime(deps.timeZone);
  const backToList = (keyboard = new InlineKeyboard()) => keyboard.text(buttons.back, callbacks.pack('list', 0));

  async function list(ctx: StoreContext, asked: number): Promise<void> {
    const page = await snapshots.page(ctx.tx, asked);
    const keyboard = new InlineKeyboard();
    for (const item of page.items) keyboard.text(label(item, time), callbacks.pack('open', item.id)).row();
    turnPages(keyboard, page, (number) => callbacks.pack('list', number));
    keyboard.row().text(buttons.make, callbacks.pack('make')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
    ctx.show(snapshotList(page, time), { keyboard });
  }

  /** Handles a button of a snapshot; the oldest automatic ones go. */
  function on(
    action: 'open' | 'restore',
    handler: (ctx: StoreContext, snapshot: Snapshot, sections: SectionView[]) => void,
  ): void {
    callbacks.on(composer, action, async (ctx, id) => {
      const snapshot = await snapshots.find(ctx.tx, id);
      if (!snapshot) return ctx.show(snapshotGone(), { keyboard: backToList() });
      handler(ctx, snapshot, await snapshots.compare(ctx.tx, snapshot.content));
    });
  }

  callbacks.on(composer, 'list', list);

  callbacks.on(composer, 'make', async (ctx) => {
    const { kind, id } = await snapshots.make(ctx.tx, actorOf(ctx));
    ctx.toast(toasts[kind](id));
    await list(ctx, 0);
  });

  on('open', (ctx, snapshot, sections) => {
    const keyboard = new InlineKeyboard()
      .text(buttons.restore, callbacks.pack('restore', snapshot.id))
      .text(buttons.file, callbacks.pack('file', snapshot.id))
      .row();
    ctx.show(snapshotDetail(snapshot, sections, time), { keyboard: backToList(keyboard) });
  });

  on('restore', (ctx, snapshot, sections) => {
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmRestore, callbacks.pack('restored', snapshot.id))
      .text(buttons.keep, callbacks.pack('open', snapshot.id));
    ctx.show(confirmRestore(snapshot, sections, time), { keyboard });
  });

  callbacks.on(composer, 'restored', async (ctx, id) => {
    const outcome = await deps.restore(ctx.tx, actorOf(ctx), id);
    if (outcome.kind === 'gone') return ctx.show(snapshotGone(), { keyboard: backToList() });
    // A second tap: the report of the first one stays on the screen.
    if (outcome.kind === 'already') return ctx.toast(toasts.already(id, outcome.safety), { alert: true });
    const text =
      outcome.kind === 'restored'
        ? restoreReport(id, outcome.safety, outcome.sections)
        : nothingRestored(id, outcome.sections);
    ctx.show(text, { keyboard: backToList() });
  });

  callbacks.on(composer, 'file', async (ctx, id) => {
    const snapshot = await snapshots.find(ctx.tx, id);
    if (!snapshot) return ctx.show(snapshotGone(), { keyboard: backToList() });
    ctx.toast(toasts.sending);
    const { content, ...about } = snapshot;
    const file = {
      name: fileName(deps.store, id),
      text: JSON.stringify({ snapshot: about, content }, null, 2),
      caption: fileCaption(snapshot, time),
    };
    // Nothing changed, so a crash loses nothing but the press: no queue holds the whole configuration.
    ctx.tx.afterCommit(() => deps.sendFile(ctx.user.id, file));
  });

  return composer;
}
