import { z } from 'zod';
import { lineOfText, moment } from './bounds.ts';
import { KEY_SCOPES } from './scopes.ts';

/** RFC 9457 problem document; `application/problem+json`. `code` is stable, see kernel/errors.ts. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  /** One entry per field that was refused: JSON pointer and what is expected; never the value. */
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  /** More facts of this code, such as `operation` of OPERATION_IN_PROGRESS. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof Problem>;

export const KeyScope = z.enum(KEY_SCOPES);
export type KeyScope = z.infer<typeof KeyScope>;

export const CreateApiKeyRequest = z.strictObject({
  name: lineOfText(64),
  scope: KeyScope,
  expiresInDays: z.number().int().min(1).max(3650).optional(),
});
export type CreateApiKeyRequest = z.infer<typeof CreateApiKeyRequest>;
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  scope: KeyScope,
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;
/** The key itself is shown this once. */
export const ApiKeyCreated = z.object({ apiKey: ApiKey, key: z.string() });
export type ApiKeyCreated = z.infer<typeof ApiKeyCreated>;
/** `force=true` revokes even the last admin key that is in force; the next start of the server makes another there. */
export const RevokeApiKeyQuery = z.strictObject({
  force: z.enum(['true', 'false']).default('false').describe('Revoke it even if it is the last admin key'),
});
export const ApiKeyList = z.object({ apiKeys: z.array(ApiKey) });

/**
 * The name of the key that the field beside it has as `key:<id>`, also after it was revoked; null for everybody else. Whoever
 * may read who did something may read it: without the name the id means nothing to them. A name is a text that anybody with
 * an admin key made up, and two keys may share one: show the id with it. Left out in what was written before there were names.
 */
export const KeyName = z.string().nullable().optional();

export const AuditEntry = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  actorName: KeyName,
  action: z.string(),
  target: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  result: z.string(),
  requestId: z.string().nullable(),
});
export const ListAuditQuery = z.strictObject({
  target: z.string().max(100).optional(),
  /** Short for the target `tenant:<store>`. */
  store: z.string().max(64).optional(),
  actor: z.string().max(100).optional(),
  /** Nothing older than this. */
  since: moment({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const AuditPage = z.object({ entries: z.array(AuditEntry), nextCursor: z.string().nullable() });

/** A runtime that carries our mark and belongs to no store here. It is left alone. */
export const Orphan = z.object({
  /** The store that it says it is of. */
  store: z.string(),
  state: z.string(),
  /** Container id or process id. */
  id: z.string().nullable(),
  generation: z.number().nullable(),
  startedAt: z.string().nullable(),
});
export const OrphanList = z.object({ orphans: z.array(Orphan) });

/** What a background task of the control plane did last. It tells nothing of whether requests are served. */
export const TaskReport = z.object({
  name: z.string(),
  /** When its last run began. */
  lastRunAt: z.string().nullable(),
  /** Null when that went well. Why it failed is in the log: who asks has shown no key. */
  lastError: z.string().nullable(),
  /** When it runs by itself; null while it runs, and where only an activation begins it. */
  nextRunAt: z.string().nullable(),
});

export const Liveness = z.object({ status: z.literal('ok') });

export const Readiness = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() })),
  tasks: z.array(TaskReport).optional(),
});
