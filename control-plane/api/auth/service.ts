import type { Clock } from '../../../kernel/clock.ts';
import { constantTimeEqual, sha256Hex } from '../../../kernel/crypto.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { randomSecret, shortId } from '../../../kernel/ids.ts';
import type { Audit } from '../audit/index.ts';
import { type Caller, SYSTEM } from '../caller.ts';
import type { ApiKey, ApiKeyCreated, CreateApiKeyRequest, KeyScope } from '../contract/index.ts';
import type { Identity } from '../identity.ts';
import {
  type ApiKeyRow,
  insertKey,
  lockAdminKeys,
  revokeKey,
  revokeKeysNamed,
  revokeKeysOfOthers,
  selectInForce,
  selectKey,
  selectKeyOfOwner,
  selectKeys,
  touchKey,
} from './sql.ts';

export type ApiKeys = {
  /** The identity behind a key; undefined when it is unknown, wrong, expired or revoked. */
  authenticate(key: string): Promise<Identity | undefined>;
  /** Those of the keys that are in force now. */
  inForce(ids: readonly string[]): Promise<string[]>;
  /** @throws AppError FORBIDDEN when it would outlive the key that makes it */
  create(input: CreateApiKeyRequest, caller: Caller): Promise<ApiKeyCreated>;
  list(): Promise<ApiKey[]>;
  /** @throws AppError API_KEY_NOT_FOUND; LAST_ADMIN_KEY without `force` */
  revoke(id: string, options: { force: boolean }, caller: Caller): Promise<ApiKey>;
  /** A request came in the name of this key, by a session of it. */
  touch(id: string): Promise<void>;
  /** The operator key of an owner, made where none is in force: of no use but for sessions, as nobody is told its secret. */
  ofOwner(telegramId: number, caller: Caller): Promise<Identity>;
  /** Revokes the keys of people who are no longer owners, and with them their sessions. */
  keepOwners(telegramIds: readonly number[]): Promise<void>;
  /** Makes an admin key under this name and revokes earlier keys of the name. */
  replaceNamed(name: string, caller: Caller): Promise<string>;
};

const FORMAT = /^lpk_([0-9a-z]{10})_[A-Za-z0-9_-]{43,}$/;
const TOUCH_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const LAST_ADMIN =
  'This is the last admin key that is in force: without one, nobody can make keys or read the audit log. Make another first, ' +
  'or force it: then the next start of the server makes one for its own machine.';

export function createApiKeys({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): ApiKeys {
  async function make(tx: Tx, name: string, scope: KeyScope, expiresAt: Date | null): Promise<ApiKeyCreated> {
    const id = shortId();
    const key = `lpk_${id}_${randomSecret(32)}`;
    const row = { id, name, scope, hash: sha256Hex(key), created_at: clock.now(), expires_at: expiresAt };
    await insertKey(tx, { ...row, telegram_id: null });
    return { apiKey: toApiKey({ ...row, last_used_at: null, revoked_at: null }), key };
  }
  return {
    async authenticate(key) {
      const id = FORMAT.exec(key)?.[1];
      const row = id === undefined ? undefined : await selectKey(db, id);
      const now = clock.now();
      if (!row || !constantTimeEqual(row.hash, sha256Hex(key))) return undefined;
      if (row.revoked_at || (row.expires_at && row.expires_at <= now)) return undefined;
      if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= TOUCH_EVERY_MS) {
        await touchKey(db, row.id, now);
      }
      return { keyId: row.id, name: row.name, scope: row.scope };
    },
    create: ({ name, scope, expiresInDays }, caller) =>
      db.tx(async (tx) => {
        const wanted = expiresInDays ? new Date(clock.now().getTime() + expiresInDays * DAY_MS) : null;
        const expiresAt = within(await expiryOf(tx, caller), wanted);
        const created = await make(tx, name, scope, expiresAt);
        const target = `api-key:${created.apiKey.id}`;
        await audit.record(tx, caller, { action: 'api-key.create', target, after: created.apiKey, result: 'done' });
        await caller.remember(tx, 201, created);
        return created;
      }),
    touch: (id) => touchKey(db, id, clock.now()),
    ofOwner: (telegramId, caller) =>
      db.tx(async (tx) => {
        const row = {
          ...{ id: shortId(), name: `owner ${telegramId}, by the owner bot`, scope: 'operator' as const },
          // Of a secret that is gone with this line.
          ...{ hash: sha256Hex(randomSecret(32)), created_at: clock.now(), expires_at: null },
        };
        if (await insertKey(tx, { ...row, telegram_id: telegramId })) {
          const after = toApiKey({ ...row, last_used_at: null, revoked_at: null });
          const target = `api-key:${row.id}`;
          await audit.record(tx, caller, { action: 'api-key.create', target, after, result: 'done' });
        }
        const key = await selectKeyOfOwner(tx, telegramId);
        if (!key)
          throw new AppError('API_KEY_NOT_FOUND', 'The key of this owner was revoked at this moment. Try again.');
        return { keyId: key.id, name: key.name, scope: key.scope };
      }),
    keepOwners: (telegramIds) =>
      db.tx(async (tx) => {
        for (const id of await revokeKeysOfOthers(tx, telegramIds, clock.now())) {
          await audit.record(tx, SYSTEM, { action: 'api-key.revoke', target: `api-key:${id}`, result: 'done' });
        }
      }),
    inForce: (ids) => selectInForce(db, ids, clock.now()),
    list: async () => (await selectKeys(db)).map(toApiKey),
    revoke: (id, { force }, caller) =>
      db.tx(async (tx) => {
        const admins = await lockAdminKeys(tx, clock.now());
        if (!force && admins.length === 1 && admins[0] === id) throw new AppError('LAST_ADMIN_KEY', LAST_ADMIN);
        const row = await revokeKey(tx, id, clock.now());
        if (!row) throw new AppError('API_KEY_NOT_FOUND', 'There is no API key with this id.');
        const apiKey = toApiKey(row);
        await audit.record(tx, caller, { action: 'api-key.revoke', target: `api-key:${id}`, result: 'done' });
        await caller.remember(tx, 200, apiKey);
        return apiKey;
      }),
    replaceNamed: (name, caller) =>
      db.tx(async (tx) => {
        await revokeKeysNamed(tx, name, clock.now());
        const { apiKey, key } = await make(tx, name, 'admin', null);
        const target = `api-key:${apiKey.id}`;
        await audit.record(tx, caller, { action: 'api-key.create', target, after: apiKey, result: 'done' });
        return key;
      }),
  };
}

/** When the key expires that a caller came with; null for one that never does. */
async function expiryOf(tx: Tx, { actor }: Caller): Promise<Date | null> {
  const id = /^key:(.+)$/.exec(actor)?.[1];
  return (id === undefined ? undefined : await selectKey(tx, id))?.expires_at ?? null;
}

/** A key that was given for a time makes none that lasts for longer, or it would last for ever. */
function within(limit: Date | null, wanted: Date | null): Date | null {
  if (limit === null || wanted === null) return wanted ?? limit;
  if (wanted <= limit) return wanted;
  const end = limit.toISOString();
  throw new AppError('FORBIDDEN', `Your own key expires at ${end}: a key that it makes may not last for longer.`);
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
