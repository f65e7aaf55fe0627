import { type Api, Composer } from 'grammy';
import type { Clock } from '../kernel/clock.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import type { Commands } from './bot/commands.ts';
import { isStaff, type StoreContext } from './bot/context.ts';
import { dispatch } from './bot/dispatch.ts';
import { createDownload, createSendFile } from './bot/files.ts';
import { html } from './bot/html.ts';
import type { Modules, QueueName } from './composition/index.ts';
import type { TenantConfig } from './config.ts';
import { BROADCAST_DESK, broadcastHandlers } from './modules/delivery/broadcast/index.ts';
import { DELIVERY_DESK } from './modules/delivery/deliveries/admin/callbacks.ts';
import { deliveryDeskHandlers } from './modules/delivery/deliveries/admin/handlers.ts';
import { TESTIMONIALS, testimonialHandlers } from './modules/delivery/testimonials/index.ts';
import { DEPOSIT_DESK, depositDeskHandlers } from './modules/money/deposits/admin/index.ts';
import { DEPOSIT, depositHandlers } from './modules/money/deposits/index.ts';
import { exportHandlers } from './modules/money/exports/index.ts';
import { HISTORY, historyHandlers } from './modules/money/history/index.ts';
import { ORDER_DESK, orderBelowButton, orderDeskHandlers } from './modules/money/orders/admin/index.ts';
import { openOrderHolding } from './modules/money/orders/index.ts';
import { boundsHint, PAYMENT_METHODS, paymentMethodHandlers } from './modules/money/payment-methods/index.ts';
import { PAYMENT_LABELS, paymentHandlers } from './modules/money/payments/index.ts';
import { albumHandlers, receiptHandlers } from './modules/money/receipts/index.ts';
import { cartCallbacks, cartHandlers } from './modules/shop/cart/index.ts';
import { CATEGORY_DESK } from './modules/shop/catalog/admin/categories/callbacks.ts';
import { categoryDeskHandlers } from './modules/shop/catalog/admin/categories/handlers.ts';
import { PRODUCT_DESK } from './modules/shop/catalog/admin/products/callbacks.ts';
import { productDeskHandlers } from './modules/shop/catalog/admin/products/handlers.ts';
import { catalogCallbacks, catalogFreeText, catalogHandlers, catalogStorefront } from './modules/shop/catalog/index.ts';
import { restockWatchHandlers } from './modules/shop/restock-watch/index.ts';
import { TERMS_DESK } from './modules/shop/terms/admin/callbacks.ts';
import { termsDeskHandlers } from './modules/shop/terms/admin/handlers.ts';
import { termsHandlers } from './modules/shop/terms/index.ts';
import { USER_DESK, userButton, userDeskHandlers } from './modules/shop/users/admin/index.ts';
import { awayHandlers, HOME, usersHandlers } from './modules/shop/users/index.ts';
import { VOUCHER_DESK, voucherDeskHandlers } from './modules/shop/vouchers/admin/handlers.ts';
import { antiSpamGate } from './modules/staff/anti-spam/index.ts';
import { AUDIT_DESK } from './modules/staff/audit/admin/callbacks.ts';
import { auditDeskHandlers } from './modules/staff/audit/admin/handlers.ts';
import { CALCULATOR, calculatorHandlers } from './modules/staff/calculator/index.ts';
import { CONFIGURATION_DESK } from './modules/staff/configuration/admin/callbacks.ts';
import { configurationDeskHandlers } from './modules/staff/configuration/admin/handlers.ts';
import { ADMIN_MENU, adminHandlers } from './modules/staff/menu/index.ts';
import { STATISTICS, statisticsHandlers } from './modules/staff/statistics/index.ts';
import { TEMPLATE_DESK } from './modules/staff/templates/admin/callbacks.ts';
import { templateDeskHandlers } from './modules/staff/templates/admin/handlers.ts';

export const SORRY = 'Maaf, ada gangguan di pihak kami. Coba sekali lagi, ya.';

const COPY = {
  cancelled: html`❌ Dibatalkan. Tidak ada yang berubah.`,
  nothingToCancel: html`👌 Tidak ada isian yang sedang berjalan, jadi tidak ada yang perlu dibatalkan.`,
  wayBack: (ctx: StoreContext) => (isStaff(ctx.role) ? ADMIN_MENU : HOME),
  staleButton: 'Tombol ini sudah tidak berlaku. Silakan mulai lagi dari menu.',
};

/** What an update passes before any handler. */
export function admission(modules: Modules, clock: Clock): (ctx: StoreContext) => Promise<boolean> {
  return antiSpamGate({
    antiSpam: modules.antiSpam,
    paymentAntiSpam: modules.paymentAntiSpam,
    quantityAntiSpam: modules.quantityAntiSpam,
    async notifyStaff(tx, cause, text) {
      await modules.outbox.tellAdmins(tx, cause, text);
      await modules.owners.tell(tx, { cause, kind: 'spam', text });
    },
    clock,
  });
}

/** Every handler of the bot, in the order in which updates meet them. */
export function composeHandlers(deps: {
  modules: Modules;
  jobs: Jobs<QueueName>;
  api: Api;
  commands: Pick<Commands, 'publishFor'>;
  config: TenantConfig;
  clock: Clock;
  log: Log;
}): Composer<StoreContext> {
  const { modules, jobs, api, config, log } = deps;
  const { env } = config;
  const { wizards, catalog, categories, searches, stock, cart, orders, payments, templates, terms } = modules;
  const { methods } = modules;
  const { isTrial } = modules.gatewayState;
  const opening = { watching: modules.watches.watching, holding: openOrderHolding, lastScreens: modules.lastScreens };
  const productListButton = catalogCallbacks.pack('list', 0, 0);
  return dispatch({
    wizards,
    copy: COPY,
    modules: [
      lastScreens(modules),
      returning(modules),
      albumHandlers(modules.albums),
      staffCommands(deps.commands),
      usersHandlers({
        users: modules.users,
        welcome: (tx, values) => templates.render(tx, 'welcome', values),
        howToOrder: (tx, values) => templates.render(tx, 'cara_order', values),
        storefront: catalogStorefront({ catalog, ...opening }),
        balanceOf: modules.wallet.balanceOf,
        history: HISTORY,
        wizards,
        timeZone: env.BOT_TIMEZONE,
      }),
      catalogHandlers({ wizards, catalog, searches, ...opening }),
      restockWatchHandlers({ catalog, watches: modules.watches, ...opening }),
      cartHandlers({
        cart,
        wizards,
        productListButton,
        boundsHint: async (on, total) => boundsHint(await methods.enabled(on), total),
      }),
      historyHandlers({
        deliveries: modules.deliveries,
        pageOf: payments.pageOf,
        labelOf: methods.labelOf,
        timeZone: env.BOT_TIMEZONE,
      }),
      termsHandlers({ wizards, terms, onPicture: modules.albums.begin, timeZone: env.BOT_TIMEZONE }),
      paymentHandlers({ cart, orders, payments, wallet: modules.wallet, methods, isTrial, depositButton: DEPOSIT }),
      depositHandlers({
        deposits: modules.deposits,
        payments,
        wallet: modules.wallet,
        wizards,
        instructions: (tx, values) => templates.render(tx, 'manual_deposit', values),
        contacts: modules.users.contacts,
        methods,
        isTrial,
        onPicture: modules.albums.begin,
        timeZone: env.BOT_TIMEZONE,
      }),
      depositDeskHandlers({
        deposits: modules.deposits,
        audit: modules.audit,
        wizards,
        labelOf: methods.labelOf,
        timeZone: env.BOT_TIMEZONE,
      }),
      orderDeskHandlers({
        payments,
        refunds: modules.refunds,
        deliveries: modules.deliveries,
        audit: modules.audit,
        jobs,
        wizards,
        customerButton: userButton,
        labelOf: methods.labelOf,
        timeZone: env.BOT_TIMEZONE,
      }),
      exportHandlers({ exports: modules.exports, audit: modules.audit, back: ORDER_DESK }),
      userDeskHandlers({
        desk: modules.userDesk,
        users: modules.users,
        wallet: modules.wallet,
        wizards,
        timeZone: env.BOT_TIMEZONE,
      }),
      productDeskHandlers({
        wizards,
        catalog,
        categories,
        stock,
        minimum: Math.min(...methods.all.map(({ min }) => min)),
        resumeDeliveries: modules.deliveries.resumeRefused,
        log,
      }),
      deliveryDeskHandlers({ audit: modules.audit }),
      categoryDeskHandlers({ wizards, catalog, categories }),
      templateDeskHandlers({
        wizards,
        templates,
        editor: modules.templateEditor,
        mayEdit: modules.mayEditTemplates,
        timeZone: env.BOT_TIMEZONE,
      }),
      voucherDeskHandlers({ vouchers: modules.vouchers, wizards, timeZone: env.BOT_TIMEZONE }),
      termsDeskHandlers({ wizards, catalog, terms, timeZone: env.BOT_TIMEZONE }),
      broadcastHandlers({ broadcasts: modules.broadcasts, wizards, timeZone: env.BOT_TIMEZONE }),
      calculatorHandlers({
        wizards,
        calculator: modules.calculator,
        mayEdit: modules.mayEditTemplates,
        timeZone: env.BOT_TIMEZONE,
      }),
      testimonialHandlers({ wizards, connection: modules.channelConnection }),
      statisticsHandlers({ statistics: modules.statistics, charts: modules.charts }),
      configurationDeskHandlers({
        snapshots: modules.snapshots,
        restore: modules.restore,
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
      receiptHandlers({
        outbox: modules.outbox,
        albums: modules.albums,
        orderButton: orderBelowButton,
        clock: deps.clock,
      }),
      away(modules, deps.clock),
      catalogFreeText({ catalog, searches, ...opening }),
    ),
  });
}

/** Knows what each person was shown last, before any handler. */
function lastScreens(modules: Modules): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  modules.lastScreens.install(composer);
  return composer;
}

/** Somebody who comes back after blocking the bot gets what was waiting for them, staff also what they missed. */
function returning(modules: Modules): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  async function resume({ tx, user, role }: StoreContext): Promise<void> {
    await modules.deliveries.resumeFor(tx, user.id);
    if (isStaff(role)) await modules.outbox.catchUp(tx, user.id, await modules.notices.resumeFor(tx, user.id));
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
function away({ cart }: Modules, clock: Clock): Composer<StoreContext> {
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

/** How the modules fetch a file that was sent to the bot. */
export function downloadOf(config: TenantConfig, api: Api): (fileId: string) => Promise<Buffer> {
  return createDownload(api, config.env.TELEGRAM_API_ROOT, config.env.TELEGRAM_BOT_TOKEN);
}
