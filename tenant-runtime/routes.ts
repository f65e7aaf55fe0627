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
import { ADMIN_MENU, adminHandlers } from './modules/admin/index.ts';
import { antiSpamGate } from './modules/anti-spam/index.ts';
import { AUDIT_DESK, auditDeskHandlers } from './modules/audit-desk/index.ts';
import { BROADCAST_DESK, broadcastHandlers } from './modules/broadcast/index.ts';
import { CALCULATOR, calculatorHandlers } from './modules/calculator/index.ts';
import { cartCallbacks, cartHandlers } from './modules/cart/index.ts';
import { catalogCallbacks, catalogFreeText, catalogHandlers, catalogStorefront } from './modules/catalog/index.ts';
import { CATEGORY_DESK, categoryDeskHandlers } from './modules/category-desk/index.ts';
import { CONFIGURATION_DESK, configurationDeskHandlers } from './modules/configuration-desk/index.ts';
import { DELIVERY_DESK, deliveryDeskHandlers } from './modules/delivery-desk/index.ts';
import { DEPOSIT_DESK, depositDeskHandlers } from './modules/deposit-desk/index.ts';
import { DEPOSIT, depositHandlers } from './modules/deposits/index.ts';
import { exportHandlers } from './modules/exports/index.ts';
import { HISTORY, historyHandlers } from './modules/history/index.ts';
import { ORDER_DESK, orderBelowButton, orderDeskHandlers } from './modules/order-desk/index.ts';
import { openOrderHolding } from './modules/orders/index.ts';
import { boundsHint, PAYMENT_METHODS, paymentMethodHandlers } from './modules/payment-methods/index.ts';
import { PAYMENT_LABELS, paymentHandlers } from './modules/payments/index.ts';
import { PRODUCT_DESK, productDeskHandlers } from './modules/product-desk/index.ts';
import { albumHandlers, receiptHandlers } from './modules/receipts/index.ts';
import { restockWatchHandlers } from './modules/restock-watch/index.ts';
import { STATISTICS, statisticsHandlers } from './modules/statistics/index.ts';
import { TEMPLATE_DESK, templateDeskHandlers } from './modules/template-desk/index.ts';
import { termsHandlers } from './modules/terms/index.ts';
import { TERMS_DESK, termsDeskHandlers } from './modules/terms-desk/index.ts';
import { TESTIMONIALS, testimonialHandlers } from './modules/testimonials/index.ts';
import { USER_DESK, userButton, userDeskHandlers } from './modules/user-desk/index.ts';
import { awayHandlers, HOME, usersHandlers } from './modules/users/index.ts';
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
    quantityAntiSpam: rooms.quantityAntiSpam,
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
  const { methods } = rooms;
  const { isTrial } = rooms.gatewayState;
  const opening = { watching: rooms.watches.watching, holding: openOrderHolding, lastScreens: rooms.lastScreens };
  const productListButton = catalogCallbacks.pack('list', 0, 0);
  return dispatch({
    wizards,
    copy: COPY,
    rooms: [
      lastScreens(rooms),
      returning(rooms),
      albumHandlers(rooms.albums),
      staffCommands(deps.commands),
      usersHandlers({
        users: rooms.users,
        welcome: (tx, values) => templates.render(tx, 'welcome', values),
        howToOrder: (tx, values) => templates.render(tx, 'cara_order', values),
        storefront: catalogStorefront({ catalog, ...opening }),
        balanceOf: rooms.wallet.balanceOf,
        history: HISTORY,
        wizards,
        timeZone: env.BOT_TIMEZONE,
      }),
      catalogHandlers({ wizards, catalog, searches, ...opening }),
      restockWatchHandlers({ catalog, watches: rooms.watches, ...opening }),
      cartHandlers({
        cart,
        wizards,
        productListButton,
        boundsHint: async (on, total) => boundsHint(await methods.enabled(on), total),
      }),
      historyHandlers({
        deliveries: rooms.deliveries,
        pageOf: payments.pageOf,
        labelOf: methods.labelOf,
        timeZone: env.BOT_TIMEZONE,
      }),
      termsHandlers({ wizards, terms, onPicture: rooms.albums.begin, timeZone: env.BOT_TIMEZONE }),
      paymentHandlers({ cart, orders, payments, wallet: rooms.wallet, methods, isTrial, depositButton: DEPOSIT }),
      depositHandlers({
        deposits: rooms.deposits,
        payments,
        wallet: rooms.wallet,
        wizards,
        instructions: (tx, values) => templates.render(tx, 'manual_deposit', values),
        contacts: rooms.users.contacts,
        methods,
        isTrial,
        onPicture: rooms.albums.begin,
        timeZone: env.BOT_TIMEZONE,
      }),
      depositDeskHandlers({
        deposits: rooms.deposits,
        audit: rooms.audit,
        wizards,
        labelOf: methods.labelOf,
        timeZone: env.BOT_TIMEZONE,
      }),
      orderDeskHandlers({
        payments,
        refunds: rooms.refunds,
        deliveries: rooms.deliveries,
        audit: rooms.audit,
        jobs,
        wizards,
        customerButton: userButton,
        labelOf: methods.labelOf,
        timeZone: env.BOT_TIMEZONE,
      }),
      exportHandlers({ exports: rooms.exports, audit: rooms.audit, back: ORDER_DESK }),
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
        minimum: Math.min(...methods.all.map(({ min }) => min)),
        resumeDeliveries: rooms.deliveries.resumeRefused,
        log,
      }),
      deliveryDeskHandlers({ audit: rooms.audit }),
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
      testimonialHandlers({ wizards, connection: rooms.channelConnection }),
      statisticsHandlers({ statistics: rooms.statistics, charts: rooms.charts }),
      configurationDeskHandlers({
        snapshots: rooms.snapshots,
        restore: rooms.restore,
        sendFile: createSendFile(api, log),
        store: env.STORE_SLUG,
        timeZone: env.BOT_TIMEZONE,
      }),
      auditDeskHandlers({ timeZone: env.BOT_TIMEZONE }),
      paymentMethodHandlers({ methods }),
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
          PAYMENT_METHODS,
          DELIVERY_DESK,
          TESTIMONIALS,
          CONFIGURATION_DESK,
          AUDIT_DESK,
        ],
      }),
    ],
    freeText: new Composer<StoreContext>().use(
      receiptHandlers({ outbox: rooms.outbox, albums: rooms.albums, orderButton: orderBelowButton, clock: deps.clock }),
      away(rooms, deps.clock),
      catalogFreeText({ catalog, searches, ...opening }),
    ),
  });
}

/** Knows what each person was shown last, before any handler. */
function lastScreens(rooms: Rooms): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  rooms.lastScreens.install(composer);
  return composer;
}

/** Somebody who comes back after blocking the bot gets what was waiting for them, staff also what they missed. */
function returning(rooms: Rooms): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  async function resume({ tx, user, role }: StoreContext): Promise<void> {
    await rooms.deliveries.resumeFor(tx, user.id);
    if (isStaff(role)) await rooms.outbox.catchUp(tx, user.id, await rooms.notices.resumeFor(tx, user.id));
  }
  composer.command('start', async (ctx, next) => {
    await resume(ctx);
    await next();
  });
  composer.on('my_chat_member', async (ctx, next) => {
    if (ctx.myChatMember.new_chat_member.status === 'member') await resume(ctx);
    await next();
  });
  return composer;
}

/** What brings the screens back to somebody whose taps were lost while the store was down. */
function away({ cart }: Rooms, clock: Clock): Composer<StoreContext> {
  return awayHandlers({
    clock,
    async cartButton(tx, userId) {
      const lines = await cart.lines(tx, userId);
      return lines.length > 0 ? { text: PAYMENT_LABELS.cart, data: cartCallbacks.pack('view') } : undefined;
    },
  });
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
