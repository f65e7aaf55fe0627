import { randomBytes } from 'node:crypto';
import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backup, Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { open, sealingKey } from '../../kernel/crypto.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { SECRET_TENANT_KEYS } from '../../tenant-runtime/config.ts';
import { runCli } from '../cli/support/cli.ts';
import { accepted, asStore, backUp, stock, storeUrl, units } from './restores/support.ts';
import { eventually } from './support/eventually.ts';
import { type Killable, startKillable } from './support/killable.ts';
import { runtimesBelow } from './support/processes.ts';
import { startServerInside } from './support/server-inside.ts';

let plane: Killable;
let control: Db;
let stores: Tenant[];
let lostKey: string;
/** The first was made with another password than that of now. */
let backups: Backup[];
const newKey = () => randomBytes(32).toString('base64');
const BY_HAND = 'written-by-hand-1';
const keyFile = () => join(plane.home, 'master.key');
const botEnv = ({ folder }: Tenant) => join(folder, 'bot.env');

beforeAll(async () => {
  plane = await startKillable(startServerInside);
  control = createDb({ connectionString: plane.databaseUrl(plane.env.LAPAK_CONTROL_DATABASE as string), max: 1 });
  const [first, second, third] = await Promise.all([plane.open('a'), plane.open('b'), plane.open('c')]);
  await stock(first);
  const old = await backUp(plane.api, first.store);
  await configure(first, { BACKUP_ENCRYPTION_PASSWORD: 'a-password-of-now' });
  backups = [old, await backUp(plane.api, first.store), await backUp(plane.api, second.store)];
  stores = [first, second, third];
  lostKey = (await readFile(keyFile(), 'utf8')).trim();
  // As after a change that was rolled back: only the archive can tell that the password is the former one.
  await control.query(
    "INSERT INTO audit_log (at, actor, action, target, after, result) VALUES (now(), 'test', 'tenant.configure', $1, $2, 'accepted')",
    [`tenant:${second.store}`, { secrets: { BACKUP_ENCRYPTION_PASSWORD: 'replaced' } }],
  );
  await plane.kill();
});
afterAll(async () => {
  await control?.close();
  await plane?.close();
});

async function configure({ store }: Tenant, env: Record<string, string>): Promise<void> {
  const answer = await plane.api.call<{ operation: Operation }>('PATCH', `/v1/tenants/${store}`, { env });
  expect(answer).toMatchObject({ status: 202 });
  expect(await plane.api.ended(answer.body.operation.id)).toMatchObject({ state: 'succeeded' });
}

/** Everything that any run said. */
let said = '';
async function reseal(flags = '', env: Record<string, string> = {}) {
  const args = ['doctor', '--reseal', ...flags.split(' ').filter(Boolean)];
  const ran = await runCli(args, { env: { ...plane.env, ...env } });
  said += ran.stdout + ran.stderr;
  return ran;
}

/** What an operator can write whose bot.env is gone too. */
async function writeByHand(store: Tenant): Promise<void> {
  const { TELEGRAM_BOT_TOKEN, PAKASIR_API_KEY, DATABASE_URL } = parseEnv(await readFile(botEnv(store), 'utf8'));
  const database = new URL(DATABASE_URL as string);
  database.password = BY_HAND;
  const env = { TELEGRAM_BOT_TOKEN, PAKASIR_API_KEY, DATABASE_URL: database.href, DATA_ENCRYPTION_KEY: newKey() };
  const made = { STORE_SLUG: store.store, BACKUP_ENCRYPTION_PASSWORD: 'another-password' };
  const lines = Object.entries({ ...made, ...env }).map((entry) => entry.join('='));
  await writeFile(botEnv(store), lines.join('\n'));
}

const sealed = () =>
  control.query<{ store: string; name: string; sealed: string }>(
    'SELECT t.store, s.name, s.sealed FROM tenant_secrets s JOIN tenants t ON t.id = s.tenant_id ORDER BY 1, 2',
  );
const keyIds = async (store?: string) => {
  const rows = (await sealed()).filter((row) => store === undefined || row.store === store);
  return [...new Set(rows.map((row) => row.sealed.split('.')[1]))];
};

test('a control plane without its key does not start, makes no other one, and says what to do', async () => {
  await rm(keyFile());
  const id = sealingKey(lostKey).id;
  const refused = await plane.start().catch((error: Error) => error.message);
  expect(refused).toContain(`(key id ${id}); nor is there a key in ${keyFile()}`);
  expect(refused).toContain('If it is lost for good: lapak doctor --reseal');
  await expect(stat(keyFile())).rejects.toThrow('ENOENT');
});

test('nothing happens before it was confirmed, and it is said what for', async () => {
  const before = await sealed();
  const id = sealingKey(lostKey).id;
  const asked = await reseal();
  expect(asked.code).toBe(2);
  expect(asked.stdout).toContain(`There is no master key in ${keyFile()}.`);
  expect(asked.stdout).toContain(`Look for a copy of ${id} before you go on`);
  for (const store of stores) expect(asked.stdout).toContain(`to be resealed from ${botEnv(store)}`);
  expect(asked.stdout).toContain('- the backups of the control plane that were made with it');
  expect(asked.stderr).toContain('lapak doctor --reseal --yes');
  // Another key, given by hand, is as likely the wrong one.
  const other = newKey();
  const wrong = await reseal('', { LAPAK_MASTER_KEY: other });
  expect(wrong.code).toBe(2);
  expect(wrong.stdout).toContain(`The master key is ${sealingKey(other).id} (LAPAK_MASTER_KEY).`);
  expect(wrong.stdout).toContain(`that was sealed with ${id}.`);
  const json = await reseal('--json');
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([2, { done: false, pending: true, lostKeys: [id] }]);
  await expect(stat(keyFile())).rejects.toThrow('ENOENT');
  expect(await sealed()).toEqual(before);
  const right = await reseal('', { LAPAK_MASTER_KEY: lostKey });
  expect(right.code).toBe(0);
  expect(right.stdout).toContain('It opens the secrets of every store.');
});

test('killed at any place it leaves each store whole, and a next run goes on', async () => {
  const [first, second, third] = stores as [Tenant, Tenant, Tenant];
  const lost = sealingKey(lostKey).id;
  const killed = async (failpoint: string) => {
    expect((await reseal('--yes', { LAPAK_FAILPOINT: failpoint })).code).toBe(1);
  };
  await writeByHand(third);
  await killed('reseal.key');
  const made = sealingKey((await readFile(keyFile(), 'utf8')).trim()).id;
  expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  await killed('reseal.within');
  expect(await keyIds()).toEqual([lost]);
  await killed('reseal.store');
  expect(await keyIds(first.store)).toEqual([made]);
  expect(await keyIds(second.store)).toEqual([lost]);

  await rename(botEnv(second), `${botEnv(second)}.aside`);
  const missing = await reseal('--yes');
  expect(missing.code).toBe(1);
  expect(missing.stdout).toContain(`✓ ${first.store}: opens`);
  expect(missing.stdout).toContain(`✗ ${second.store}: ${botEnv(second)} is missing`);
  expect(missing.stdout).toContain(`✓ ${third.store}: `);
  expect(await keyIds(second.store)).toEqual([lost]);
  await expect(plane.start()).rejects.toThrow(`(key id ${lost}); what is there is ${made}`);

  await copyFile(botEnv(first), botEnv(second));
  const foreign = await reseal();
  expect(foreign.code).toBe(1);
  for (const key of ['STORE_SLUG', 'DATABASE_URL', 'TELEGRAM_BOT_TOKEN']) {
    expect(foreign.stdout).toMatch(new RegExp(`^ {4}${key}: expected `, 'm'));
  }
  await rename(`${botEnv(second)}.aside`, botEnv(second));
  const done = await reseal('--yes');
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('Start the control plane: lapak server')]);
  expect(await keyIds()).toEqual([made]);

  const before = await sealed();
  const again = await reseal('--yes');
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('There is nothing to do.')]);
  expect(await sealed()).toEqual(before);
});

test('what it took away still opens with the lost key', async () => {
  const files = (await readdir(plane.home)).filter((name) => name.startsWith('resealed-'));
  const texts = await Promise.all(files.map((name) => readFile(join(plane.home, name), 'utf8')));
  expect((await stat(join(plane.home, files[0] as string))).mode & 0o777).toBe(0o600);
  const lines = texts.join('').trim().split('\n');
  const kept = lines.map((line): Record<string, string> => JSON.parse(line));
  const opened = kept.map(({ sealed: text, place }) => open(text as string, [sealingKey(lostKey)], place as string));
  for (const store of stores.slice(0, 2)) {
    const env = parseEnv(await readFile(botEnv(store), 'utf8'));
    expect(opened).toContain(env.DATA_ENCRYPTION_KEY);
  }
});

test('the control plane takes the stores over as they run, and can do again all that it could', async () => {
  const [first, second, third] = stores as [Tenant, Tenant, Tenant];
  const [handmade] = await runtimesBelow(third.folder);
  const kept = [...(await runtimesBelow(first.folder)), ...(await runtimesBelow(second.folder))];
  expect(kept).toHaveLength(2);
  await plane.start();
  for (const { store } of stores) {
    await eventually(async () => expect((await plane.api.tenant(store)).observed).toMatchObject({ state: 'running' }));
  }
  await eventually(async () => expect(await runtimesBelow(third.folder)).not.toContain(handmade));
  expect(await storeUrl(third)).toContain(BY_HAND);
  await asStore(third, (db) => db.query('SELECT 1'));
  expect([...(await runtimesBelow(first.folder)), ...(await runtimesBelow(second.folder))]).toEqual(kept);
  expect((await reseal('--yes')).stderr).toContain('Another control plane');
  const verify = (backup: Backup) => accepted(plane.api, `/v1/backups/${backup.id}/verify`);
  const [old, ofNow, other] = backups as [Backup, Backup, Backup];
  expect(said).toContain(`${first.store}: the password of ${old.file}, which is another one than that of now`);
  expect(await verify(old)).toMatchObject({ state: 'failed', error: { code: 'SECRET_UNREADABLE' } });
  expect(await verify(ofNow)).toMatchObject({ state: 'succeeded' });
  expect(await verify(other)).toMatchObject({ state: 'succeeded' });
  await configure(first, { LOG_LEVEL: 'warn' });
  expect(await runtimesBelow(second.folder)).toEqual(kept.slice(1));
  expect(kept).not.toContain((await runtimesBelow(first.folder))[0]);
  await backUp(plane.api, first.store);
  expect(await accepted(plane.api, `/v1/backups/${ofNow.id}/restore`)).toMatchObject({ state: 'succeeded' });
  expect(await units(first)).toHaveLength(5);
  const audit = await plane.api.call<{ entries: unknown[] }>('GET', `/v1/audit?store=${first.store}`);
  expect(audit.body.entries).toContainEqual(
    expect.objectContaining({
      actor: 'doctor',
      action: 'secrets.reseal',
      before: { keyIds: [sealingKey(lostKey).id] },
    }),
  );
});

test('with the old key behind a new one everything moves to the new one, also without any bot.env', async () => {
  const [first, second] = stores as [Tenant, Tenant];
  const answered = () =>
    plane.api.call('POST', '/v1/api-keys', { name: 'rotated', scope: 'viewer' }, { 'idempotency-key': 'rotated' });
  const answer = await answered();
  expect(answer.status).toBe(201);
  await plane.kill();
  const next = newKey();
  await writeFile(keyFile(), `${next}\n${await readFile(keyFile(), 'utf8')}`, { mode: 0o600 });
  await rename(botEnv(second), `${botEnv(second)}.aside`);
  const moved = await reseal('--yes');
  expect([moved.code, moved.stdout]).toEqual([0, expect.stringMatching(/of an older key resealed/)]);
  await rename(`${botEnv(second)}.aside`, botEnv(second));
  await writeFile(keyFile(), next);
  await plane.start();
  expect((await answered()).body).toEqual(answer.body);
  expect(await accepted(plane.api, `/v1/backups/${backups[2]?.id}/verify`)).toMatchObject({ state: 'succeeded' });
  expect((await plane.api.call('GET', `/v1/tenants/${first.store}/config`)).status).toBe(200);
});

test('no secret was ever said', async () => {
  expect(said.length).toBeGreaterThan(2000);
  for (const store of stores) {
    const env = parseEnv(await readFile(botEnv(store), 'utf8'));
    const password = decodeURIComponent(new URL(env.DATABASE_URL as string).password);
    const secrets = [...SECRET_TENANT_KEYS.flatMap((key) => env[key] ?? []), password];
    expect(secrets.length).toBeGreaterThan(4);
    for (const secret of secrets) expect(said.includes(secret)).toBe(false);
  }
  for (const key of [lostKey, (await readFile(keyFile(), 'utf8')).trim()]) expect(said.includes(key)).toBe(false);
});
