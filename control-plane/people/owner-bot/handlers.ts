import { Composer, type Context } from 'grammy';
import { AppError } from '../../../kernel/errors.ts';
import { backup, mute, restart, unmute } from './actions.ts';
import { BUTTONS, type IncidentAction, PATTERNS, type StoreAction } from './buttons.ts';
import { type BotDeps, callerOf, chatOf } from './context.ts';
import { explain } from './copy/faults.ts';
import { APOLOGY, COMMANDS, CONSOLE_READY, HELP, NO_CONSOLE } from './copy/people.ts';
import { whoTakesCare } from './copy/words.ts';
import { isOver } from './messages/incident.ts';
import { parseMute } from './mutes.ts';
import { createScreens } from './screens.ts';
import { rows, say, show, toast } from './view.ts';

/** Commands and buttons of the owners. */
export function createHandlers(deps: BotDeps): Composer<Context> {
  const composer = new Composer();
  const screens = createScreens(deps);
  commands(composer, deps, screens);
  incidentButtons(composer, deps, screens);
  storeButtons(composer, deps, screens);
  composer.on('callback_query', (ctx) => toast(ctx, 'Tombol ini sudah tidak berlaku. Lihat /status.', true));
  composer.on('message', (ctx) => say(ctx, { text: 'Perintah itu tidak saya kenal. Lihat /help.' }));
  return composer;
}

type Screens = ReturnType<typeof createScreens>;

/** What a fault of a wish is, as the answer to it. @returns false when it was ours */
export async function answerFault(ctx: Context, error: unknown): Promise<boolean> {
  const known = error instanceof AppError ? explain(error) : undefined;
  const words = known ?? APOLOGY;
  await (ctx.callbackQuery ? toast(ctx, words, true) : say(ctx, { text: words }));
  return known !== undefined;
}

function commands(composer: Composer<Context>, deps: BotDeps, screens: Screens): void {
  const wordOf = (ctx: { match: unknown }) =>
    String(ctx.match ?? '')
      .trim()
      .toLowerCase();
  composer.command('start', async (ctx) => {
    await say(ctx, { text: HELP });
    await say(ctx, await screens.status(chatOf(ctx)));
    const chat = { type: 'chat', chat_id: chatOf(ctx) } as const;
    await ctx.api.setMyCommands([...COMMANDS], { scope: chat });
  });
  composer.command('help', (ctx) => say(ctx, { text: HELP }));
  composer.command('status', async (ctx) => say(ctx, await screens.status(chatOf(ctx))));
  composer.command('stores', async (ctx) => say(ctx, await screens.stores(0)));
  composer.command('audit', async (ctx) => say(ctx, await screens.audit()));
  composer.command('store', async (ctx) => {
    const store = wordOf(ctx);
    await say(ctx, store === '' ? await screens.stores(0) : await screens.store(store, chatOf(ctx)));
  });
  composer.command('backup', async (ctx) => {
    const store = wordOf(ctx);
    const text = store === '' ? 'Toko mana? Contoh: /backup warung' : await backup(deps, store, callerOf(ctx));
    await say(ctx, { text });
  });
  composer.command('console', async (ctx) => {
    const link = await deps.consoleLink(chatOf(ctx), callerOf(ctx));
    if (!link) return say(ctx, { text: NO_CONSOLE });
    return say(ctx, { text: CONSOLE_READY, keyboard: rows([{ text: '🔓 Buka konsol', url: link.url }]) });
  });
  composer.command('mute', async (ctx) => {
    const wish = parseMute(wordOf(ctx));
    const text = wish
      ? await mute(deps, chatOf(ctx), wish.store, callerOf(ctx), wish.minutes)
      : 'Contoh: /mute, /mute 30m, /mute warung 2h. Paling lama 7d.';
    await say(ctx, { text });
  });
  composer.command('unmute', async (ctx) => {
    await say(ctx, { text: await unmute(deps, chatOf(ctx), wordOf(ctx) || null, callerOf(ctx)) });
  });
  composer.callbackQuery(BUTTONS.status, async (ctx) => {
    await show(ctx, await screens.status(chatOf(ctx)));
    await toast(ctx);
  });
  composer.callbackQuery(BUTTONS.incidents, async (ctx) => {
    await say(ctx, await screens.incidents());
    await toast(ctx);
  });
  composer.callbackQuery(BUTTONS.muteAll, async (ctx) => {
    await toast(ctx, await mute(deps, chatOf(ctx), null, callerOf(ctx)), true);
  });
}

function incidentButtons(composer: Composer<Context>, deps: BotDeps, screens: Screens): void {
  composer.callbackQuery(PATTERNS.incident, async (ctx) => {
    // The pattern lets nothing else through; grammY types a match as any text.
    const [, action, digits] = ctx.match as unknown as [string, IncidentAction, string];
    const id = Number(digits);
    const incident = await deps.alerts.show(id);
    if (action === 'details') {
      await say(ctx, await screens.incident(id));
      return toast(ctx);
    }
    if (isOver(incident)) {
      deps.refresh(id);
      return toast(ctx, 'Masalah ini sudah selesai; tidak ada yang dilakukan.', true);
    }
    if (action === 'acknowledge') return acknowledge(ctx, id);
    if (incident.store !== null && incident.tenant_id === null) return toast(ctx, 'Toko ini sudah tidak ada.', true);
    if (action === 'mute') return toast(ctx, await mute(deps, chatOf(ctx), incident.store, callerOf(ctx)), true);
    if (incident.store === null) return toast(ctx, 'Masalah ini bukan dari sebuah toko.', true);
    return toast(ctx, await restart(deps, incident.store, callerOf(ctx)), true);
  });

  async function acknowledge(ctx: Context, id: number): Promise<void> {
    const { incident, first } = await deps.alerts.acknowledge(id, callerOf(ctx), ctx.from?.first_name);
    if (first) return toast(ctx, '✅ Tercatat: Anda yang menangani.');
    deps.refresh(id);
    const mine = incident.acknowledged_by === callerOf(ctx).actor;
    return toast(ctx, mine ? 'Sudah Anda tangani.' : `Sudah ditangani oleh ${whoTakesCare(incident)}.`, true);
  }
}

function storeButtons(composer: Composer<Context>, deps: BotDeps, screens: Screens): void {
  composer.callbackQuery(PATTERNS.stores, async (ctx) => {
    await show(ctx, await screens.stores(Number(ctx.match[1])));
    await toast(ctx);
  });
  composer.callbackQuery(PATTERNS.store, async (ctx) => {
    // As above.
    const [, action, store] = ctx.match as unknown as [string, StoreAction, string];
    const chatId = chatOf(ctx);
    const caller = callerOf(ctx);
    switch (action) {
      case 'show':
        await say(ctx, await screens.store(store, chatId));
        return toast(ctx);
      case 'details':
        await say(ctx, await screens.storeDetails(store));
        return toast(ctx);
      case 'restart':
        return toast(ctx, await restart(deps, store, caller), true);
      case 'backup':
        return toast(ctx, await backup(deps, store, caller), true);
      case 'mute':
      case 'unmute': {
        const words = await (action === 'mute' ? mute : unmute)(deps, chatId, store, caller);
        await show(ctx, await screens.store(store, chatId));
        return toast(ctx, words, true);
      }
    }
  });
}
