import { sealingKey } from '../../kernel/crypto.ts';
import { createCommands } from '../bot/commands.ts';
import { createWizards } from '../bot/wizards.ts';
import type { TenantEnvironment } from '../config.ts';
import { createOutbox } from '../modules/delivery/outbox/index.ts';
import {
  createControlPlane,
  createDigest,
  createLogAlarm,
  createOwnerEvents,
} from '../modules/delivery/owner-events/index.ts';
import { createTestimonials } from '../modules/delivery/testimonials/index.ts';
import { createAlbums } from '../modules/money/receipts/index.ts';
import { createUsers } from '../modules/shop/users/index.ts';
import { antiSpamGate } from '../modules/staff/anti-spam/index.ts';
import { createAudit } from '../modules/staff/audit/index.ts';
import type { StoreDeps } from './deps.ts';

/** What every module stands on: who is who, what is written down, and the ways in which people are notified. */
export function composePlatform(deps: StoreDeps) {
  const { config, db, api, clock, activator } = deps;
  const { env } = config;
  const shared = {
    ...deps,
    newsApi: deps.newsApi ?? api,
    bulkApi: deps.bulkApi ?? api,
    key: sealingKey(env.DATA_ENCRYPTION_KEY),
    store: env.STORE_SLUG,
    storeName: env.BOT_STORE_NAME,
    timeZone: env.BOT_TIMEZONE,
    mode: config.intake.mode,
    logOf: (service: string) => deps.log.child({ service }),
  };
  const { key, timeZone, logOf } = shared;

  const audit = createAudit({ dir: `${env.LOG_DIR}/audit`, timeZone, log: logOf('audit') });
  const users = createUsers({ adminIds: config.adminIds, ownerIds: config.ownerIds, clock });
  const staffIds = [...new Set([...config.adminIds, ...config.ownerIds])];
  const commands = createCommands({ api, staffIds, log: logOf('telegram') });
  const wizards = createWizards({ key, onHeld: activator('held-answers'), clock });
  const outbox = createOutbox({
    ...shared,
    api: shared.newsApi,
    recipients: users,
    markUnreachable: users.markUnreachable,
    // The one call back: what posts to a channel needs the outbox, and the outbox finds out that a channel refuses.
    onChannelRefused: (tx, chatId, reason) => testimonials.switchOff(tx, chatId, reason),
    activate: activator('outbox'),
    log: logOf('outbox'),
  });
  const owners = createOwnerEvents({
    ...shared,
    outbox,
    controlPlane: controlPlaneOf(env),
    activate: activator('owner-events'),
    log: logOf('owner-events'),
  });
  const testimonials = createTestimonials({ ...shared, outbox, owners, audit });
  const logAlarm = createLogAlarm({
    db,
    owners,
    threshold: env.ENABLE_OWNER_ALERTS ? env.OWNER_ALERT_THRESHOLD : undefined,
  });
  const digest = createDigest({ ...shared, owners, log: logOf('owner-events') });
  const albums = createAlbums({ outbox, clock });
  const admit = antiSpamGate({
    async notifyStaff(tx, cause, text) {
      await outbox.notifyAdmins(tx, cause, text);
      await owners.notify(tx, { cause, kind: 'spam', text });
    },
    clock,
  });

  return { ...shared, audit, users, commands, wizards, outbox, owners, testimonials, logAlarm, digest, albums, admit };
}

export type PlatformServices = ReturnType<typeof composePlatform>;

function controlPlaneOf(env: TenantEnvironment) {
  const { CONTROL_PLANE_URL: url, CONTROL_PLANE_TOKEN: token, STORE_SLUG: store } = env;
  return url && token ? createControlPlane({ url, token, store }) : undefined;
}
