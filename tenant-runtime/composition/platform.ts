import { sealingKey } from '../../kernel/crypto.ts';
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
import { createAntiSpam } from '../modules/staff/anti-spam/index.ts';
import { createAudit } from '../modules/staff/audit/index.ts';
import type { ModuleDeps } from './deps.ts';

/** What every room stands on: who is who, what is written down, and the ways in which people are told. */
export function composePlatform(deps: ModuleDeps) {
  const { config, db, clock } = deps;
  const { env } = config;
  const logOf = (service: string) => deps.log.child({ service });
  const timeZone = env.BOT_TIMEZONE;

  const key = sealingKey(env.DATA_ENCRYPTION_KEY);
  const audit = createAudit({ dir: `${env.LOG_DIR}/audit`, timeZone, log: logOf('audit') });
  const users = createUsers({ adminIds: config.adminIds, ownerIds: config.ownerIds, clock });
  const wizards = createWizards({ key, onHeld: deps.activator('held-answers'), clock });
  const outbox = createOutbox({
    db,
    api: deps.newsApi ?? deps.api,
    ownerApi: deps.ownerApi,
    recipients: users,
    markUnreachable: users.markUnreachable,
    onChannelRefused: (tx, chatId, reason) => testimonials.switchOff(tx, chatId, reason),
    activate: deps.activator('outbox'),
    key,
    log: logOf('outbox'),
  });
  const albums = createAlbums({ outbox, clock });
  const owners = createOwnerEvents({
    db,
    outbox,
    controlPlane: controlPlaneOf(env),
    storeName: env.BOT_STORE_NAME,
    activate: deps.activator('owner-events'),
    clock,
    log: logOf('owner-events'),
  });
  const testimonials = createTestimonials({
    outbox,
    owners,
    audit,
    storeName: env.BOT_STORE_NAME,
    timeZone,
    clock,
  });
  const logAlarm = createLogAlarm({
    db,
    owners,
    threshold: env.ENABLE_OWNER_ALERTS ? env.OWNER_ALERT_THRESHOLD : undefined,
  });
  const digest = createDigest({ db, owners, timeZone, clock, log: logOf('owner-events') });
  const antiSpam = createAntiSpam({ clock });
  const paymentAntiSpam = createAntiSpam({ clock, limits: { actions: 20 } });
  const quantityAntiSpam = createAntiSpam({ clock, limits: { actions: 60 } });

  return {
    key,
    audit,
    users,
    wizards,
    outbox,
    albums,
    owners,
    testimonials,
    logAlarm,
    digest,
    antiSpam,
    paymentAntiSpam,
    quantityAntiSpam,
  };
}

export type PlatformModules = ReturnType<typeof composePlatform>;

function controlPlaneOf(env: TenantEnvironment) {
  const { CONTROL_PLANE_URL: url, CONTROL_PLANE_TOKEN: token, STORE_SLUG: store } = env;
  return url && token ? createControlPlane({ url, token, store }) : undefined;
}
