import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { createSecrets, masterKeysFor } from '../../control-plane/platform/secrets/index.ts';
import { describe as words } from '../../control-plane/recovery/resealing/messages.ts';
import { reseal } from '../../control-plane/recovery/resealing/reseal.ts';
import { sealingKey } from '../../kernel/crypto.ts';
import { noFailpoint } from '../../kernel/failpoint.ts';
import { uuid } from '../../kernel/ids.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { newSlug } from './support/api.ts';

const [KEY, LOST] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const [ours, lost] = [createSecrets([sealingKey(KEY)]), createSecrets([sealingKey(LOST)])];
const LOST_ID = sealingKey(LOST).id;
const TOKEN = `777:${'t'.repeat(35)}`;

let database: TestDatabase;
let home: string;
const roles: string[] = [];
beforeAll(async () => {
  database = await testDatabase('control');
  home = await mkdtemp(join(tmpdir(), 'lapak-reseal-'));
});
beforeEach(async () => {
  await database.db.query('TRUNCATE tenants, operations, backups, api_keys CASCADE');
});
afterAll(async () => {
  for (const role of roles) await database.db.query(`DROP ROLE IF EXISTS ${role}`);
  await database.drop();
  await rm(home, { recursive: true });
});

const run = (confirmed = true) => {
  const env = { LAPAK_HOME: home, LAPAK_DEPLOYMENTS: join(home, 'deployments'), LAPAK_MASTER_KEY: KEY };
  const config = parseControlPlaneConfig(env, '/');
  const { signal } = new AbortController();
  const installation = { id: uuid(), home, host: 'here' };
  return reseal({ config, installation, db: database.db, failpoint: noFailpoint, signal }, confirmed);
};

type Store = { id: string; store: string; role: string };

async function open(secrets: Record<string, string>, desired = 'running', by = lost): Promise<Store> {
  const [id, store] = [uuid(), newSlug('r')];
  const role = `lapak_${store}`;
  roles.push(role);
  await database.db.tx(async (tx) => {
    await tx.query(
      `INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids,
         pakasir_slug, memory_mb, cpus, pids, env, bot_id, bot_username, generation, revision, state, created_at, updated_at)
       VALUES ($1, $2, 'qris', 'x', 'process', 'x', 'auto', $3, '{1}', '{}', 'x', 1, 1, 1, '{}', 777, 'x', 1, 1, 'running', now(), now())`,
      [id, store, desired],
    );
    for (const [name, value] of Object.entries(secrets)) await by.put(tx, id, name, value);
  });
  return { id, store, role };
}

async function write({ store }: Store, env: Record<string, string>): Promise<void> {
  const folder = join(home, 'deployments', `bot-${store}-qris`);
  await mkdir(folder, { recursive: true });
  const lines = Object.entries({ STORE_SLUG: store, ...env }).map(([key, value]) => `${key}='${value}'`);
  await writeFile(join(folder, 'bot.env'), lines.join('\n'));
}

const opened = ({ id }: Store) => ours.openAll(database.db, id);

test('what bot.env does not hold is made anew where the control plane made it, and gone where nobody knows it', async () => {
  const former = { FORMER_BOT_TOKEN: `776:${'f'.repeat(35)}` };
  const made = { TELEGRAM_WEBHOOK_SECRET: 'webhook-secret-1', CONTROL_PLANE_TOKEN: 'events-token-1' };
  const store = await open({ ...former, ...made, TELEGRAM_BOT_TOKEN: TOKEN, DATABASE_PASSWORD: 'p@ss/w%rd' });
  const url = `postgres://${store.role}:${encodeURIComponent('p@ss/w%rd')}@db:5432/db_${store.store}`;
  await write(store, { TELEGRAM_BOT_TOKEN: TOKEN, DATABASE_URL: url, CONTROL_PLANE_TOKEN: 'events-token-1' });
  const { stores } = await run();
  expect(stores).toMatchObject([{ verdict: 'reseal', lost: [{ kind: 'former_bot' }] }]);
  const { TELEGRAM_WEBHOOK_SECRET: webhookSecret, ...rest } = await opened(store);
  expect(webhookSecret).toMatch(/^[\w-]{43}$/);
  expect(rest).toEqual({
    TELEGRAM_BOT_TOKEN: TOKEN,
    DATABASE_PASSWORD: 'p@ss/w%rd',
    CONTROL_PLANE_TOKEN: 'events-token-1',
  });
});

test('what a change that is under way would put back opens too, and the change is named', async () => {
  const store = await open({ PAKASIR_API_KEY: 'new-key-1' });
  await write(store, { PAKASIR_API_KEY: 'key-of-bot-env' });
  const sealed = {
    PAKASIR_API_KEY: lost.seal('old-key-1', `tenant:${store.id}:PAKASIR_API_KEY`),
    OWNER_BOT_TOKEN: lost.seal('gone-since', `tenant:${store.id}:OWNER_BOT_TOKEN`),
  };
  await database.db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at)
     VALUES ('changing', $1, $2, 'configure', 'running', '{}', 'test', now())`,
    [store.id, store.store],
  );
  await database.db.query("INSERT INTO operation_snapshots VALUES ('changing', $1, '{}', $2, now())", [
    store.id,
    sealed,
  ]);
  const { stores } = await run();
  expect(stores).toMatchObject([
    {
      lost: [{ kind: 'snapshot', name: 'OWNER_BOT_TOKEN', operationId: 'changing' }],
      notes: [{ kind: 'under_way', operationId: 'changing' }],
    },
  ]);
  const [row] = await database.db.query<{ sealed: Record<string, string> }>('SELECT sealed FROM operation_snapshots');
  expect(Object.keys(row?.sealed ?? {})).toEqual(['PAKASIR_API_KEY']);
  const place = `tenant:${store.id}:PAKASIR_API_KEY`;
  expect(ours.open(row?.sealed.PAKASIR_API_KEY as string, place)).toBe('key-of-bot-env');
});

test('a store that is being closed needs no bot.env any more', async () => {
  const closing = await open({ PAKASIR_API_KEY: 'a-key-1' }, 'removed');
  expect((await run()).stores).toMatchObject([
    { verdict: 'reseal', lost: [{ kind: 'secret', name: 'PAKASIR_API_KEY' }] },
  ]);
  expect(await opened(closing)).toEqual({});
  await ours.assertReadable(database.db);
});

test('a value that was changed is mended, and no key is called lost for it', async () => {
  const store = await open({ PAKASIR_API_KEY: 'a-key-1' }, 'running', ours);
  await database.db.query('UPDATE tenant_secrets SET sealed = left(sealed, -4)');
  await write(store, { PAKASIR_API_KEY: 'a-key-1' });
  const looked = await run(false);
  expect(looked).toMatchObject({ pending: true, lostKeys: [] });
  expect(words(looked)).toContain('was sealed with it, and was changed since');
  await run();
  expect(await opened(store)).toEqual({ PAKASIR_API_KEY: 'a-key-1' });
});

const backup = ({ id, store }: Pick<Store, 'id' | 'store'>) =>
  database.db.query(
    `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed, image, started_at)
     VALUES ('b', $1, $2, 'qris', 'o', 1, 'manual', 'verified', 'f', $3, 'x', now())`,
    [id, store, lost.seal('p', 'backup:b')],
  );

test('what belongs to no store and does not open stays as it is, and is named', async () => {
  await database.db.query("INSERT INTO api_keys VALUES ('k', 'k', 'admin', 'h', now())");
  await backup({ id: uuid(), store: 'toko-lama' });
  await database.db.query("INSERT INTO idempotency_keys VALUES ('k', 'i', 'h', 201, $1, now())", [
    lost.seal('{}', 'idempotency:k:i'),
  ]);
  const result = await run();
  expect(result).toMatchObject({ done: false, pending: false, lostKeys: [LOST_ID] });
  expect(result.rest).toEqual({ values: 0, backups: { 'toko-lama': 1 }, answers: 1 });
  expect(words(result)).toContain('toko-lama, which was removed: the passwords of its backups (1)');
});

test.each<[string, Record<string, string>, string]>([
  ['nothing of it', {}, 'PAKASIR_API_KEY: is missing'],
  ['a token of nobody', { TELEGRAM_BOT_TOKEN: 'hunter2' }, 'TELEGRAM_BOT_TOKEN: expected a bot token from'],
  ['another bot', { TELEGRAM_BOT_TOKEN: `778:${'t'.repeat(35)}` }, 'TELEGRAM_BOT_TOKEN: expected a token of @x (777)'],
  ['an address of nothing', { DATABASE_URL: 'postgres://hunter2' }, 'DATABASE_URL: expected postgres://lapak_'],
  ['another store', { STORE_SLUG: 'hunter2', PAKASIR_API_KEY: 'a-key-1' }, 'STORE_SLUG: expected '],
])('a bot.env with %s is refused, and nothing of it is said', async (_, env, problem) => {
  const store = await open({ TELEGRAM_BOT_TOKEN: TOKEN, PAKASIR_API_KEY: 'a-key-1' });
  await write(store, env);
  const before = await database.db.query('SELECT * FROM tenant_secrets ORDER BY name');
  const result = await run();
  expect(result).toMatchObject({ pending: false, stores: [{ verdict: 'bot_env_wrong' }] });
  expect(words(result)).toContain(problem);
  expect(words(result)).not.toContain('hunter2');
  expect(await database.db.query('SELECT * FROM tenant_secrets ORDER BY name')).toEqual(before);
});

test('what opens is not written down', async () => {
  const kept = async () => (await readdir(home)).filter((name) => name.startsWith('resealed-')).length;
  const before = await kept();
  const store = await open({ PAKASIR_API_KEY: 'a-key-1' }, 'running', ours);
  expect(await run()).toMatchObject({ done: false, pending: false, stores: [{ verdict: 'opens' }] });
  expect([await kept(), await opened(store)]).toEqual([before, { PAKASIR_API_KEY: 'a-key-1' }]);
});

test('the password of a backup that is not here to be asked is left as it is', async () => {
  const store = await open({ BACKUP_ENCRYPTION_PASSWORD: 'p' });
  await write(store, { BACKUP_ENCRYPTION_PASSWORD: 'of-somebody-who-guessed' });
  await backup(store);
  const before = await database.db.query('SELECT password_sealed FROM backups');
  const result = await run();
  expect(result.stores).toMatchObject([
    { verdict: 'reseal', lost: [{ kind: 'backup_password', file: 'f', why: 'not_here' }] },
  ]);
  expect(words(result)).toContain('the password of f, until that file is here to be asked');
  expect(await database.db.query('SELECT password_sealed FROM backups')).toEqual(before);
});

test('a role that belongs to somebody else holds up its own store alone', async () => {
  const password = { DATABASE_PASSWORD: 'pw-1' };
  const one = await open(password);
  await database.db.query('UPDATE tenants SET bot_id = 778');
  const stores = [one, await open(password)].sort((a, b) => a.store.localeCompare(b.store));
  for (const store of stores) {
    await write(store, { DATABASE_URL: `postgres://${store.role}:pw-1@db:5432/db_${store.store}` });
  }
  const [first, second] = stores as [Store, Store];
  await database.db.query(`CREATE ROLE ${first.role}`);
  const result = await run();
  expect(result.stores.map(({ verdict }) => verdict)).toEqual(['bot_env_wrong', 'reseal']);
  expect(result.stores[0]?.problems).toEqual([
    { kind: 'role', message: expect.stringContaining('does not belong to this store') },
  ]);
  expect(await opened(second)).toEqual(password);
});

test('no key is made beside passwords of backups that it does not open, until it is said that theirs is lost', async () => {
  const elsewhere = join(home, 'without-a-key');
  await backup({ id: uuid(), store: 'toko-lama' });
  const keys = { masterKeys: [], home: elsewhere };
  await expect(masterKeysFor(keys, database.db)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  const config = parseControlPlaneConfig({ LAPAK_HOME: elsewhere }, '/');
  const installation = { id: uuid(), home: elsewhere, host: 'here' };
  const parts = { config, installation, db: database.db, failpoint: noFailpoint, signal: new AbortController().signal };
  const looked = await reseal(parts, false);
  expect(looked).toMatchObject({ done: false, pending: true, key: { id: null } });
  expect(words(looked)).toContain(`No store needs one, but what is said below to be lost is sealed with ${LOST_ID}`);
  expect(words(looked)).not.toContain('Everything opens');
  expect(await reseal(parts, true)).toMatchObject({ done: true, key: { made: true } });
  expect(await masterKeysFor(keys, database.db)).toHaveLength(1);
});
