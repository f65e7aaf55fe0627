import type { z } from 'zod';
import type { CreateTenantRequest, IntakeMode } from '../../../../control-plane/api/contract/index.ts';
import type { ApiProblem } from '../../api/problem.ts';

/** Each field of the form, and where its value is in the request. */
const POINTERS = {
  telegramBotToken: '/telegramBotToken',
  store: '/store',
  storeName: '/storeName',
  pakasirSlug: '/pakasir/slug',
  pakasirApiKey: '/pakasir/apiKey',
  pakasirWebhookSecret: '/pakasir/webhookSecret',
  gateway: '/gateway',
  adminIds: '/adminIds',
  ownerIds: '/ownerIds',
  mode: '/mode',
  image: '/image',
  memoryMb: '/limits/memoryMb',
  cpus: '/limits/cpus',
} as const;

export type Field = keyof typeof POINTERS;
/** What was typed, as it was typed. */
export type Draft = Readonly<Record<Field, string>>;
/** What is wrong with a field: a code of the API, or what it said; without both, what the contract says. */
export type Refusal = { code?: string; detail?: string };
export type Refusals = Readonly<Partial<Record<Field, Refusal>>>;

export const FIELDS = Object.keys(POINTERS) as Field[];

export const SECRETS: readonly Field[] = ['telegramBotToken', 'pakasirApiKey', 'pakasirWebhookSecret'];

export const STEPS = ['bot', 'gateway', 'people', 'review'] as const;
export type Step = (typeof STEPS)[number];
export const FIELDS_OF: Readonly<Record<Step, readonly Field[]>> = {
  bot: ['telegramBotToken', 'storeName', 'store'],
  gateway: ['pakasirSlug', 'pakasirApiKey', 'pakasirWebhookSecret', 'gateway'],
  people: ['adminIds', 'ownerIds'],
  review: ['mode', 'image', 'memoryMb', 'cpus'],
};

export const EMPTY: Draft = {
  telegramBotToken: '',
  store: '',
  storeName: '',
  pakasirSlug: '',
  pakasirApiKey: '',
  pakasirWebhookSecret: '',
  gateway: 'qris',
  adminIds: '',
  ownerIds: '',
  mode: 'auto',
  image: '',
  memoryMb: '256',
  cpus: '0.5',
};

export const stepOf = (field: Field): Step => STEPS.find((step) => FIELDS_OF[step].includes(field)) ?? 'review';

/** The field that a JSON pointer of the request leads to or below. */
export const fieldAt = (pointer: string): Field | undefined =>
  FIELDS.find((field) => pointer === POINTERS[field] || pointer.startsWith(`${POINTERS[field]}/`));

/** Faults of the API that are those of a field, though they name none. */
const FIELD_OF_CODE: Readonly<Record<string, Field>> = {
  TENANT_EXISTS: 'store',
  TELEGRAM_TOKEN_REJECTED: 'telegramBotToken',
  TELEGRAM_BOT_IN_USE: 'telegramBotToken',
};

/** What a problem of the API says of fields of the form; empty where it is of none. */
export function refusalsOf({ code, errors }: Pick<ApiProblem, 'code' | 'errors'>): Refusals {
  const refusals: Partial<Record<Field, Refusal>> = {};
  const ofCode = FIELD_OF_CODE[code];
  if (ofCode) refusals[ofCode] = { code };
  for (const [pointer, detail] of errors) {
    const field = fieldAt(pointer);
    if (field) refusals[field] ??= { detail };
  }
  return refusals;
}

/** Ids as people write them: one a line, or separated by commas or blanks. What is no number is refused as an id. */
const ids = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));

const orNone = (text: string): string | undefined => text.trim() || undefined;

export const MODES = ['auto', 'polling', 'webhook'] as const satisfies readonly z.infer<typeof IntakeMode>[];

/** The request that a draft makes, checked or not. */
export function requestOf(draft: Draft): z.input<typeof CreateTenantRequest> {
  const storeName = orNone(draft.storeName);
  const image = orNone(draft.image);
  const webhookSecret = orNone(draft.pakasirWebhookSecret);
  const ownerIds = ids(draft.ownerIds);
  return {
    telegramBotToken: draft.telegramBotToken.trim(),
    store: draft.store.trim(),
    ...(storeName && { storeName }),
    gateway: draft.gateway.trim(),
    pakasir: {
      slug: draft.pakasirSlug.trim(),
      apiKey: draft.pakasirApiKey.trim(),
      ...(webhookSecret && { webhookSecret }),
    },
    adminIds: ids(draft.adminIds),
    ...(ownerIds.length > 0 && { ownerIds }),
    mode: MODES.find((mode) => mode === draft.mode) ?? 'auto',
    ...(image && { image }),
    limits: { memoryMb: Number(draft.memoryMb), cpus: Number(draft.cpus) },
  };
}

/** `Warung Bu Sri` → `warung-bu-sri`: a name for the store's address, as far as one can be made of it. */
export const slugOf = (storeName: string): string =>
  storeName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 31)
    .replace(/-+$/, '');
