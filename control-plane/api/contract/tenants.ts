import { z } from 'zod';
import { MAX_TELEGRAM_ID } from '../../../kernel/ids.ts';
import { day, imageReference, lineOfText, moment } from './bounds.ts';
import { Operation } from './operations.ts';

/** The name of a store everywhere: folder, container, database (`-` as `_`), addresses. */
export const StoreSlug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}$/, { error: 'a small letter, then 1 to 30 small letters, digits or -' });

export const GatewayName = z.string().regex(/^[a-z][a-z0-9]{1,15}$/, { error: '2 to 16 small letters and digits' });

const TelegramId = z.number().int().positive().max(MAX_TELEGRAM_ID);

export const ResourceLimits = z.strictObject({
  memoryMb: z.number().int().min(64).max(65_536).default(256).describe('Memory limit in MiB'),
  cpus: z.number().min(0.05).max(64).default(0.5).describe('CPU limit in cores'),
  pids: z.number().int().min(16).max(4096).default(128).describe('Most processes and threads'),
});
export type ResourceLimits = z.infer<typeof ResourceLimits>;

/** Some of the limits; what is left out stays as it was. A schema of its own: zod fills in defaults of optional fields. */
const LimitsChange = z.strictObject({
  memoryMb: ResourceLimits.shape.memoryMb.unwrap().optional(),
  cpus: ResourceLimits.shape.cpus.unwrap().optional(),
  pids: ResourceLimits.shape.pids.unwrap().optional(),
});

/** A process of its own, or one that many stores share. */
export const TENANT_RUNTIMES = ['dedicated', 'pooled'] as const;
export const TenantRuntime = z.enum(TENANT_RUNTIMES);
export type TenantRuntime = z.infer<typeof TenantRuntime>;

export const IntakeMode = z.enum(['auto', 'polling', 'webhook']);

/** Keys of bot.env that the operator may set freely; their meaning is checked against the runtime's own schema. */
const EnvironmentName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/);
const EnvironmentValue = z.string().max(4096);
const MOST_VARIABLES = 100;
const fewVariables = [
  (env: object) => Object.keys(env).length <= MOST_VARIABLES,
  { error: `at most ${MOST_VARIABLES} keys` },
] as const;
export const ExtraEnvironment = z.record(EnvironmentName, EnvironmentValue).refine(...fewVariables);

/** Long enough to be told from common words: what logs and messages quote is searched for it, see `scrub`. */
const PakasirSecret = z.string().min(8, { error: 'at least 8 characters' }).max(512);

export const CreateTenantRequest = z.strictObject({
  store: StoreSlug,
  gateway: GatewayName.default('qris'),
  storeName: lineOfText(64).optional(),
  telegramBotToken: z.string().regex(/^\d{3,16}:[A-Za-z0-9_-]{30,60}$/, { error: 'a bot token from @BotFather' }),
  adminIds: z.array(TelegramId).min(1).max(50),
  ownerIds: z.array(TelegramId).max(50).optional(),
  pakasir: z.strictObject({
    slug: z.string().regex(/^[\w.-]{1,128}$/, { error: 'letters, digits, ., _ and -' }),
    apiKey: PakasirSecret,
    webhookSecret: PakasirSecret.optional(),
  }),
  image: imageReference().optional(),
  mode: IntakeMode.default('auto'),
  runtime: TenantRuntime.default('dedicated').describe('A process of its own, or one shared with other stores'),
  limits: ResourceLimits.optional(),
  env: ExtraEnvironment.optional(),
});
export type CreateTenantRequest = z.infer<typeof CreateTenantRequest>;

/** What a clone does not take over from the store that it copies. Left out: its name, its sellers, its owners. */
export const CloneTenantRequest = z.strictObject({
  store: StoreSlug,
  storeName: CreateTenantRequest.shape.storeName,
  telegramBotToken: CreateTenantRequest.shape.telegramBotToken,
  adminIds: CreateTenantRequest.shape.adminIds.optional(),
  ownerIds: CreateTenantRequest.shape.ownerIds,
  pakasir: CreateTenantRequest.shape.pakasir,
});
export type CloneTenantRequest = z.infer<typeof CloneTenantRequest>;

/** Change of configuration: what is given replaces what was; `env` keys set to null are removed. */
export const UpdateTenantRequest = z.strictObject({
  paidUntil: z
    .union([moment({ offset: true }), day()])
    .nullable()
    .optional()
    .describe('End of the rent: a moment, or a day, whose end where the store is counts; null for no rent'),
  storeName: lineOfText(64).optional(),
  telegramBotToken: CreateTenantRequest.shape.telegramBotToken.optional(),
  adminIds: z.array(TelegramId).min(1).max(50).optional(),
  ownerIds: z.array(TelegramId).max(50).optional(),
  pakasir: CreateTenantRequest.shape.pakasir.partial().optional(),
  mode: IntakeMode.optional(),
  limits: LimitsChange.optional(),
  env: z
    .record(EnvironmentName, EnvironmentValue.nullable())
    .refine(...fewVariables)
    .optional(),
});
export type UpdateTenantRequest = z.infer<typeof UpdateTenantRequest>;

export const UpgradeTenantRequest = z.strictObject({
  image: CreateTenantRequest.shape.image.describe("Image to go to; the platform's own when left out"),
  withoutBackup: z.boolean().optional().describe('Take no backup first, say because there is no pg_dump'),
});
export type UpgradeTenantRequest = z.infer<typeof UpgradeTenantRequest>;

export const MoveTenantRequest = z.strictObject({
  runtime: TenantRuntime.describe('Where it is to run; a pooled store in a draining shard goes to another'),
});
export type MoveTenantRequest = z.infer<typeof MoveTenantRequest>;

export const TENANT_STATES = [
  'provisioning',
  'running',
  'degraded',
  'stopped',
  'suspended',
  'failed',
  'removing',
] as const;
export const TenantState = z.enum(TENANT_STATES);
export type TenantState = z.infer<typeof TenantState>;

/** A store as the operator sees it. Never holds a secret. Times are RFC 3339. */
export const Tenant = z.object({
  store: StoreSlug,
  gateway: z.string(),
  storeName: z.string(),
  state: TenantState,
  /** Why the state is `failed`, `degraded` or `suspended`, in a sentence. */
  reason: z.string().nullable(),
  desiredState: z.enum(['running', 'stopped', 'suspended', 'removed']),
  driver: z.string(),
  runtime: TenantRuntime,
  /** The shard that hosts it; null with a runtime of its own, and before a pooled store is placed. */
  shard: z.string().nullable(),
  image: z.string(),
  /** Content that the image stood for at the last upgrade; null before the first. */
  imageId: z.string().nullable(),
  mode: IntakeMode,
  bot: z.object({ id: z.number(), username: z.string() }),
  adminIds: z.array(z.number()),
  ownerIds: z.array(z.number()),
  pakasirSlug: z.string(),
  limits: z.object({ memoryMb: z.number(), cpus: z.number(), pids: z.number() }),
  ports: z.object({ telegram: z.number(), pakasir: z.number() }).nullable(),
  database: z.string(),
  folder: z.string(),
  generation: z.number(),
  observed: z.object({
    state: z.string(),
    /** Equal to the store's generation once its runtime is what it should be; until then, of what runs. */
    generation: z.number().nullable(),
    healthy: z.boolean().nullable(),
    id: z.string().nullable(),
    at: z.string().nullable(),
  }),
  /** The last check: when, whether all was well, and what was found wrong often enough to count; null before the first. */
  health: z.object({ at: z.string(), ok: z.boolean(), reason: z.string().nullable() }).nullable(),
  paidUntil: z.string().nullable(),
  /** Why a suspended store stands still: by the operator's word, or because its rent ran out. */
  suspendedFor: z.enum(['operator', 'rent']).nullable(),
  paused: z.boolean(),
  /** Id of the operation that holds the store now. */
  operation: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Tenant = z.infer<typeof Tenant>;

/** Values of a query, separated by commas. */
const listOf = <T extends z.ZodType<unknown, string>>(item: T, most: number) =>
  z
    .string()
    .max(most * 40)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item).min(1).max(most));

export const TENANT_SORTS = ['store', 'storeName', 'state', 'image', 'paidUntil', 'createdAt', 'updatedAt'] as const;
/** `due` within seven days, `overdue` past it, `none` without an end. */
export const RENT_FACETS = ['paid', 'due', 'overdue', 'none'] as const;

/** Which stores; several values of one field are alternatives, several fields must all hold. */
const TenantFilter = z.strictObject({
  state: listOf(TenantState, TENANT_STATES.length).optional().describe('One state, or several separated by commas'),
  image: z.string().min(1).max(255).optional(),
  rent: listOf(z.enum(RENT_FACETS), RENT_FACETS.length).optional(),
  runtime: listOf(TenantRuntime, TENANT_RUNTIMES.length).optional().describe('Where they run, one or both'),
  shard: z.string().min(1).max(32).optional().describe('The shard that hosts them'),
  stores: listOf(StoreSlug, 200).optional().describe('These stores, separated by commas'),
  q: z.string().min(1).max(64).optional().describe('A part of slug, name or bot'),
});

export const ListTenantsQuery = z.strictObject({
  ...TenantFilter.shape,
  sort: z.enum(TENANT_SORTS).default('store'),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(400).optional(),
});
export const TenantPage = z.object({ tenants: z.array(Tenant), nextCursor: z.string().nullable() });

const FacetCount = <T extends z.ZodType>(value: T) => z.object({ value, count: z.number() });
export const TenantFacetsQuery = TenantFilter;
/** How many stores match, and by each field how many would with this value and the other fields as they are. */
export const TenantFacets = z.object({
  total: z.number(),
  state: z.array(FacetCount(TenantState)),
  /** The fifty most used. */
  image: z.array(FacetCount(z.string())),
  rent: z.array(FacetCount(z.enum(RENT_FACETS))),
  runtime: z.array(FacetCount(TenantRuntime)),
  /** The fullest fifty; stores without a shard are not counted. */
  shard: z.array(FacetCount(z.string())),
});
export type TenantFacets = z.infer<typeof TenantFacets>;

/** A change of the rent alone starts no operation, unless it resumes the store. */
export const TenantUpdated = z.object({ tenant: Tenant, operation: Operation.nullable() });

/** The reason is shown to the sellers too. */
export const SuspendTenantRequest = z.strictObject({ reason: lineOfText(200).optional() }).nullish();

export const TenantAccepted = z.object({ tenant: Tenant, operation: Operation });

/** `true` or `false` as a query writes it. */
const QueryFlag = z.enum(['true', 'false']).default('false');
export const RemoveTenantQuery = z.strictObject({
  purge: QueryFlag.describe('Destroy the database and the folder instead of keeping them aside'),
  withoutBackup: QueryFlag.describe('Take no last backup, say because the database cannot be read'),
});
export const TenantLogsQuery = z.strictObject({
  follow: QueryFlag.describe('Stay and stream new lines'),
  tail: z.coerce.number().int().min(0).max(10_000).default(100).describe('Last lines to begin with'),
  since: moment({ offset: true }).optional().describe('Nothing older than this'),
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .optional()
    .describe('Nothing below this level; lines without a level are kept'),
});

/** The configuration in force: bot.env with secrets shown as `set` or `unset`, and its revision. */
export const TenantConfiguration = z.object({
  revision: z.number(),
  env: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), z.enum(['set', 'unset'])),
});
