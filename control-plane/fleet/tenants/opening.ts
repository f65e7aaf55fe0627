import { randomBytes } from 'node:crypto';
import { isUniqueViolation } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { randomSecret, uuid } from '../../../kernel/ids.ts';
import { type CloneTenantRequest, type CreateTenantRequest, ResourceLimits } from '../../api/contract/index.ts';
import { type Platform, SECRET_NAMES } from './environment.ts';
import type { PartedEnvironment } from './input.ts';
import type { NewTenant, TenantIntent } from './sql.ts';

/** The row of a new store. */
export function newTenant(
  input: CreateTenantRequest,
  given: {
    bot: { id: number; username: string };
    env: PartedEnvironment;
    platform: Platform;
    image: string;
    ownerIds: readonly number[];
    at: Date;
  },
): NewTenant {
  const limits = ResourceLimits.parse(input.limits ?? {});
  return {
    id: uuid(),
    store: input.store,
    gateway: input.gateway,
    store_name: input.storeName ?? input.store,
    driver: given.platform.driver,
    image: input.image ?? given.image,
    image_id: null,
    mode: input.mode,
    admin_ids: [...new Set(input.adminIds)],
    owner_ids: [...new Set(input.ownerIds ?? given.ownerIds)],
    pakasir_slug: input.pakasir.slug,
    memory_mb: limits.memoryMb,
    cpus: limits.cpus,
    pids: limits.pids,
    env: withoutNulls(given.env.plain),
    bot_id: given.bot.id,
    bot_username: given.bot.username,
    runtime: input.runtime,
    shard: null,
    created_at: given.at,
  };
}

/** The request that opens a copy of a store: its open configuration and limits, and none of its secrets. */
export function cloned(source: TenantIntent, input: CloneTenantRequest): CreateTenantRequest {
  const { gateway, image, mode, env, runtime, memory_mb: memoryMb, cpus, pids } = source;
  return {
    ...input,
    gateway,
    image,
    mode,
    env,
    runtime,
    limits: { memoryMb, cpus, pids },
    storeName: input.storeName ?? source.store_name,
    adminIds: input.adminIds ?? source.admin_ids,
    ownerIds: input.ownerIds ?? source.owner_ids,
  };
}

/** Every secret of a new store: the given ones, and those that are made once and never again. */
export function newSecrets(input: CreateTenantRequest, env: PartedEnvironment): Record<string, string> {
  return {
    [SECRET_NAMES.databasePassword]: randomSecret(24),
    [SECRET_NAMES.webhookSecret]: randomSecret(32),
    [SECRET_NAMES.dataKey]: randomBytes(32).toString('base64'),
    [SECRET_NAMES.backupPassword]: randomSecret(32),
    [SECRET_NAMES.eventsToken]: randomSecret(32),
    ...withoutNulls(env.secret),
    [SECRET_NAMES.botToken]: input.telegramBotToken,
    [SECRET_NAMES.pakasirApiKey]: input.pakasir.apiKey,
    ...(input.pakasir.webhookSecret ? { [SECRET_NAMES.pakasirWebhookSecret]: input.pakasir.webhookSecret } : {}),
  };
}

export function withoutNulls(values: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The conflict behind a unique violation, in words; anything else is thrown on. */
export function conflictOf(error: unknown, store: string): unknown {
  if (isUniqueViolation(error, 'tenants_store_key')) {
    return new AppError('TENANT_EXISTS', `There is a store named ${store} already.`);
  }
  if (isUniqueViolation(error, 'tenants_bot_id_key')) {
    return new AppError('TELEGRAM_BOT_IN_USE', 'This bot serves another store; one bot can serve one store only.');
  }
  return error;
}
