import { type Api, Composer } from 'grammy';
import type { Clock } from '../kernel/clock.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import type { Commands } from './bot/commands.ts';
import { isStaff, type StoreContext } from './bot/context.ts';
import { dispatch } from './bot/dispatch.ts';
import { createDownload, createSendFile } from './bot/files.ts';
import { html } from './bot/html.ts';
import type { TenantConfig } from './config.ts';
import { MIN_PAYMENT } from './gateway/index.ts';
import { ADMIN_MENU, adminHandlers } from './modules/admin/index.ts';
import { antiSpamGate } from './modules/anti-spam/index.ts';
import { AUDIT_DESK, auditDeskHandlers } from './modules/audit-desk/index.ts';
import { BROADCAST_DESK, broadcastHandlers } from './modules/broadcast/index.ts';
import { CALCULATOR, calculatorHandlers } from './modules/calculator/index.ts';
import { cartHandlers } from './modules/cart/index.ts';
import { catalogCallbacks, catalogFreeText, catalogHandlers, catalogStorefront } from './modules/catalog/index.ts';
import { CATEGORY_DESK, categoryDeskHandlers } from './modules/category-desk/index.ts';
import { CONFIGURATION_DESK, configurationDeskHandlers } from './modules/configuration-desk/index.ts';
import { DEPOSIT_DESK, depositDeskHandlers } from './modules/deposit-desk/index.ts';
import { DEPOSIT, depositHandlers } from './modules/deposits/index.ts';
import { HISTORY, historyHandlers } from './modules/history/index.ts';
import { ORDER_DESK, orderDeskHandlers } from './modules/order-desk/index.ts';
import { paymentHandlers } from './modules/payments/index.ts';
import { PRODUCT_DESK, productDeskHandlers } from './modules/product-desk/index.ts';
import { restockWatchHandlers } from './modules/restock-watch/index.ts';
import { STATISTICS, statisticsHandlers } from './modules/statistics/index.ts';
import { TEMPLATE_DESK, templateDeskHandlers } from './modules/template-desk/index.ts';
import { termsHandlers } from './modules/terms/index.ts';
import { TERMS_DESK, termsDeskHandlers } from './modules/terms-desk/index.ts';
import { USER_DESK, userButton, userDeskHandlers } from './modules/user-desk/index.ts';
import { HOME, usersHandlers } from './modules/users/index.ts';
import { VOUCHER_DESK, voucherDeskHandlers } from './modules/voucher-desk/index.ts';
import type { QueueName, Rooms } from './rooms/index.ts';

export const SORRY = 'Maaf, ada gangguan di pihak kami. Coba sekali lagi, ya.';

const COPY = {
  cancelled: html`❌ Dibatalkan. Tidak ada yang berubah.`,
  nothingToCancel: html`👌 Tidak ada isian yang sedang berjalan, jadi tidak ada yang perlu dibatalkan.`,
  wayBack: (ctx: StoreContext) => (isStaff(ctx.role) ? ADMIN_MENU : HOME),
  staleButton: 'Tombol ini sudah tidak berlaku. Silakan mulai lagi dari menu.',
};

/** What an update passes before any handler. */
export function admission(rooms: Rooms, clock: Clock): (ctx: StoreContext) => Promise<boolean> {
  return antiSpamGate({
    antiSpam: rooms.antiSpam,
    paymentAntiSpam: rooms.paymentAntiSpam,
    async notifyStaff(tx, cause, text) {
      await rooms.outbox.tellAdmins(tx, cause, text);
      await rooms.owners.tell(tx, { cause, kind: 'spam', text });
    },
    clock,
  });
}

/** Every handler of the bot, in the order in which updates meet them. */
export function composeHandlers(deps: {
  rooms: Rooms;
  jobs: Jobs<QueueName>;
  api: Api;
  commands: Pick<Commands, 'publishFor'>;
  config: TenantConfig;
  clock: Clock;
  log: Log;
}): Composer<StoreContext> {
  const { rooms, jobs, api, config, log } = deps;
  const { env } = config;
  const { wizards, catalog, categories, searches, stock, cart, orders, payments, templates, terms } = rooms;
  const { watching } = rooms.watches;
  const productListButton = catalogCallbacks.pack('list', 0, 0);
  return dispatch({
    wizards,
    copy: COPY,
    rooms: [
      returning(rooms),
      staffCommands(deps.commands),
      usersHandlers({
        users: rooms.users,
        welcome: (tx, values) => templates.render(tx, 'welcome', values),
        howToOrder: (tx, values) => templates.render(tx, 'cara_order', values),
        storefront: catalogStorefront({ catalog, watching }),
        balanceOf: rooms.wallet.balanceOf,
        history: HISTORY,
        wizards,
        timeZone: env.BOT_TIMEZONE,
      }),
      catalogHandlers({ wizards, catalog, searches, watching }),
      restockWatchHandlers({ catalog, watches: rooms.watches }),
      cartHandlers({ cart, wizards, productListButton }),
      historyHandlers({
        deliveries: rooms.deliveries,
        checkoutUrl: rooms.gateway.checkoutUrl,
        timeZone: env.BOT_TIMEZONE,
      }),
      termsHandlers({ wizards, terms, timeZone: env.BOT_TIMEZONE }),
      paymentHandlers({ cart, orders, payments, wallet: rooms.wallet, minimum: MIN_PAYMENT, depositButton: DEPOSIT }),
      depositHandlers({
        deposits: rooms.deposits,
        payments,
        wallet: rooms.wallet,
        wizards,
        instructions: (tx, values) => templates.render(tx, 'manual_deposit', values),
        contacts: rooms.users.contacts,
        timeZone: env.BOT_TIMEZONE,
      }),
      depositDeskHandlers({ deposits: rooms.deposits, audit: rooms.audit, wizards, timeZone: env.BOT_TIMEZONE }),
      orderDeskHandlers({
        payments,
        refunds: rooms.refunds,
        deliveries: rooms.deliveries,
        audit: rooms.audit,
        jobs,
        wizards,
        customerButton: userButton,
        timeZone: env.BOT_TIMEZONE,
      }),
      userDeskHandlers({
        desk: rooms.userDesk,
        users: rooms.users,
        wallet: rooms.wallet,
        wizards,
        timeZone: env.BOT_TIMEZONE,
      }),
      productDeskHandlers({
        wizards,
        catalog,
        categories,
        stock,
        minimum: MIN_PAYMENT,
        downloadFile: downloadOf(config, api),
        log,
      }),
      categoryDeskHandlers({ wizards, catalog, categories }),
      templateDeskHandlers({
        wizards,
        templates,
        editor: rooms.templateEditor,
        mayEdit: rooms.mayEditTemplates,
        timeZone: env.BOT_TIMEZONE,
      }),
      voucherDeskHandlers({ vouchers: rooms.vouchers, wizards, timeZone: env.BOT_TIMEZONE }),
      termsDeskHandlers({ wizards, catalog, terms, timeZone: env.BOT_TIMEZONE }),
      broadcastHandlers({ broadcasts: rooms.broadcasts, wizards, timeZone: env.BOT_TIMEZONE }),
      calculatorHandlers({
        wizards,
        calculator: rooms.calculator,
        mayEdit: rooms.mayEditTemplates,
        timeZone: env.BOT_TIMEZONE,
      }),
      statisticsHandlers({ statistics: rooms.statistics, charts: rooms.charts }),
      configurationDeskHandlers({
        snapshots: rooms.snapshots,
        restore: rooms.restore,
        sendFile: createSendFile(api, log),
        store: env.STORE_SLUG,
        timeZone: env.BOT_TIMEZONE,
      }),
      auditDeskHandlers({ timeZone: env.BOT_TIMEZONE }),
      adminHandlers({
        wizards,
        doors: [
          TEMPLATE_DESK,
          PRODUCT_DESK,
          CATEGORY_DESK,
          ORDER_DESK,
          USER_DESK,
          VOUCHER_DESK,
          TERMS_DESK,
          BROADCAST_DESK,
          CALCULATOR,
          STATISTICS,
          DEPOSIT_DESK,
          CONFIGURATION_DESK,
          AUDIT_DESK,
        ],
      }),
    ],
    freeText: catalogFreeText({ catalog, searches, watching }),
  });
}

/** Somebody who comes back after blocking the bot gets what was waiting for them. */
function returning(rooms: Rooms): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.command('start', async (ctx, next) => {
    await rooms.deliveries.resumeFor(ctx.tx, ctx.user.id);
    await next();
  });
  composer.on('my_chat_member', async (ctx, next) => {
    if (ctx.myChatMember.new_chat_member.status === 'member') await rooms.deliveries.resumeFor(ctx.tx, ctx.user.id);
    await next();
  });
  return composer;
}

/** Staff who come for the first time find their command behind the menu button from then on. */
function staffCommands(commands: Pick<Commands, 'publishFor'>): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.command('start', async (ctx, next) => {
    const { id } = ctx.user;
    if (isStaff(ctx.role)) ctx.tx.afterCommit(() => void commands.publishFor(id));
    await next();
  });
  return composer;
}

/** How the rooms fetch a file that was sent to the bot. */
export function downloadOf(config: TenantConfig, api: Api): (fileId: string) => Promise<Buffer> {
  return createDownload(api, config.env.TELEGRAM_API_ROOT, config.env.TELEGRAM_BOT_TOKEN);
}
