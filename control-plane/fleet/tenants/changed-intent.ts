import type { UpdateTenantRequest } from '../../api/contract/index.ts';
import { SECRET_NAMES } from './environment.ts';
import type { PartedEnvironment } from './input.ts';
import { withoutNulls } from './opening.ts';
import type { TenantIntent } from './sql.ts';

/** The intent after a change: what is given replaces what was. Pure. */
export function changedIntent(
  before: TenantIntent,
  input: UpdateTenantRequest,
  env: PartedEnvironment,
  bot: { id: number; username: string } | undefined,
): TenantIntent {
  return {
    ...before,
    store_name: input.storeName ?? before.store_name,
    mode: input.mode ?? before.mode,
    admin_ids: input.adminIds ? [...new Set(input.adminIds)] : before.admin_ids,
    owner_ids: input.ownerIds ? [...new Set(input.ownerIds)] : before.owner_ids,
    pakasir_slug: input.pakasir?.slug ?? before.pakasir_slug,
    memory_mb: input.limits?.memoryMb ?? before.memory_mb,
    cpus: input.limits?.cpus ?? before.cpus,
    pids: input.limits?.pids ?? before.pids,
    env: withoutNulls({ ...before.env, ...env.plain }),
    bot_id: bot?.id ?? before.bot_id,
    bot_username: bot?.username ?? before.bot_username,
  };
}

/** Secrets that a change sets, or removes with null. Pure. */
export function changedSecrets(
  input: UpdateTenantRequest,
  env: PartedEnvironment,
  before: { botId: number; botToken: string | undefined },
  bot: { id: number } | undefined,
): Record<string, string | null> {
  const { telegramBotToken: token, pakasir } = input;
  const replaced = bot !== undefined && bot.id !== before.botId && before.botToken !== undefined;
  return {
    ...env.secret,
    ...(token === undefined ? {} : { [SECRET_NAMES.botToken]: token }),
    ...(replaced ? { [SECRET_NAMES.formerBotToken]: before.botToken as string } : {}),
    ...(pakasir?.apiKey === undefined ? {} : { [SECRET_NAMES.pakasirApiKey]: pakasir.apiKey }),
    ...(pakasir?.webhookSecret === undefined ? {} : { [SECRET_NAMES.pakasirWebhookSecret]: pakasir.webhookSecret }),
  };
}

const SHOWN = [
  'store_name',
  'image',
  'mode',
  'admin_ids',
  'owner_ids',
  'pakasir_slug',
  'memory_mb',
  'cpus',
  'pids',
  'env',
  'bot_id',
] as const satisfies (keyof TenantIntent)[];

/** What of an intent the audit log tells, and which secrets were set or removed; never a secret's value. */
export function auditedChange(
  before: TenantIntent,
  after: TenantIntent,
  secrets: Readonly<Record<string, string | null>>,
) {
  const changed = SHOWN.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  const pick = (intent: TenantIntent) => Object.fromEntries(changed.map((key) => [key, intent[key]]));
  const marks = Object.entries(secrets).map(([name, value]) => [name, value === null ? 'removed' : 'replaced']);
  return {
    before: pick(before),
    after: { ...pick(after), ...(marks.length > 0 ? { secrets: Object.fromEntries(marks) } : {}) },
  };
}
