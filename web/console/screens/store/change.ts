import type { z } from 'zod';
import type { IntakeMode, Tenant, UpdateTenantRequest } from '../../../../control-plane/api/contract/index.ts';

/** A variable of bot.env that is to be set, or removed with null. */
export type Variable = { name: string; value: string | null };

/** The form: texts as they stand in its fields. A secret that is left empty stays as it is. */
export type Draft = {
  storeName: string;
  adminIds: string;
  ownerIds: string;
  mode: z.infer<typeof IntakeMode>;
  memoryMb: string;
  cpus: string;
  pids: string;
  telegramBotToken: string;
  pakasirSlug: string;
  pakasirApiKey: string;
  pakasirWebhookSecret: string;
  variables: readonly Variable[];
};

export function draftOf(tenant: Tenant): Draft {
  const { storeName, adminIds, ownerIds, mode, limits, pakasirSlug } = tenant;
  return {
    storeName,
    adminIds: adminIds.join(', '),
    ownerIds: ownerIds.join(', '),
    mode,
    memoryMb: String(limits.memoryMb),
    cpus: String(limits.cpus),
    pids: String(limits.pids),
    telegramBotToken: '',
    pakasirSlug,
    pakasirApiKey: '',
    pakasirWebhookSecret: '',
    variables: [],
  };
}

/** One line of what will change. Of a secret neither side is known, only whether it is set or removed. */
export type Difference = { field: string; before: string | null; after: string | null; secret?: 'set' | 'removed' };

const SECRETS = ['telegramBotToken', 'pakasirApiKey', 'pakasirWebhookSecret'] as const;
const PLAIN = ['storeName', 'adminIds', 'ownerIds', 'mode', 'memoryMb', 'cpus', 'pids', 'pakasirSlug'] as const;

/** What the draft changes of the store as it is; `env` is its bot.env, `secrets` which of its secrets are set. */
export function differences(
  tenant: Tenant,
  { env, secrets }: { env: Readonly<Record<string, string>>; secrets: Readonly<Record<string, 'set' | 'unset'>> },
  draft: Draft,
): Difference[] {
  const now = draftOf(tenant);
  const plain = PLAIN.filter((field) => tidy(now[field]) !== tidy(draft[field])).map((field) => ({
    field,
    before: now[field],
    after: draft[field].trim(),
  }));
  const secret = SECRETS.filter((field) => draft[field] !== '').map((field) => ({
    field,
    before: null,
    after: null,
    secret: 'set' as const,
  }));
  const variables = draft.variables
    .filter(({ name, value }) => name in secrets || (env[name] ?? null) !== value)
    .map(({ name, value }) =>
      name in secrets
        ? { field: name, before: null, after: null, secret: value === null ? ('removed' as const) : ('set' as const) }
        : { field: name, before: env[name] ?? null, after: value },
    );
  return [...plain, ...secret, ...variables];
}

/** Spaces around and between the parts of a list mean nothing. */
const tidy = (text: string) => text.replace(/\s*,\s*/g, ',').trim();

/** The request for what differs, and nothing else: what somebody else changed meanwhile stays. */
export function requestOf(found: readonly Difference[], draft: Draft): UpdateTenantRequest {
  const changed = new Set(found.map(({ field }) => field));
  const has = (field: keyof Draft) => changed.has(field);
  const limits = {
    ...(has('memoryMb') && { memoryMb: Number(draft.memoryMb) }),
    ...(has('cpus') && { cpus: Number(draft.cpus) }),
    ...(has('pids') && { pids: Number(draft.pids) }),
  };
  const pakasir = {
    ...(has('pakasirSlug') && { slug: draft.pakasirSlug.trim() }),
    ...(has('pakasirApiKey') && { apiKey: draft.pakasirApiKey }),
    ...(has('pakasirWebhookSecret') && { webhookSecret: draft.pakasirWebhookSecret }),
  };
  const env = Object.fromEntries(
    draft.variables.filter(({ name }) => changed.has(name)).map(({ name, value }) => [name, value]),
  );
  return {
    ...(has('storeName') && { storeName: draft.storeName.trim() }),
    ...(has('adminIds') && { adminIds: idsOf(draft.adminIds) }),
    ...(has('ownerIds') && { ownerIds: idsOf(draft.ownerIds) }),
    ...(has('mode') && { mode: draft.mode }),
    ...(has('telegramBotToken') && { telegramBotToken: draft.telegramBotToken.trim() }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(pakasir).length > 0 && { pakasir }),
    ...(Object.keys(env).length > 0 && { env }),
  };
}

/** What is no number is sent as NaN, which JSON makes null: the API says at which field. */
function idsOf(text: string): number[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
}

/** The field of the form that a pointer of a refusal means. */
export function fieldOf(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  if (parts[0] === 'limits' || parts[0] === 'env') return parts[1] ?? parts[0];
  if (parts[0] === 'pakasir')
    return { slug: 'pakasirSlug', apiKey: 'pakasirApiKey' }[parts[1] ?? ''] ?? 'pakasirWebhookSecret';
  return parts[0] ?? '';
}
