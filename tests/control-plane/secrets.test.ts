import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createSecrets, loadMasterKeys, scrub } from '../../control-plane/platform/secrets/index.ts';
import { sealingKey } from '../../kernel/crypto.ts';
import type { AppError } from '../../kernel/errors.ts';
import { newSlug, storeRequest } from './support/api.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { commandLines } from './support/processes.ts';

const newKey = () => randomBytes(32).toString('base64');

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '3' } });
});
afterAll(() => plane.close());

/** Runs `sql` in a transaction that is rolled back. */
async function tampered<T>(sql: string, values: unknown[], look: () => Promise<T>): Promise<T> {
  await plane.db.query('CREATE TABLE IF NOT EXISTS secrets_before AS SELECT * FROM tenant_secrets');
  await plane.db.query(sql, values);
  try {
    return await look();
  } finally {
    await plane.db.query(
      'UPDATE tenant_secrets s SET sealed = b.sealed FROM secrets_before b WHERE (s.tenant_id, s.name) = (b.tenant_id, b.name)',
    );
    await plane.db.query('DROP TABLE secrets_before');
  }
}

async function code(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return (error as AppError).code;
  }
  return 'nothing was thrown';
}

test('no secret shows in an answer, a log line, an operation, the audit log or a command line', async () => {
  const secrets = {
    token: plane.newBot().token,
    apiKey: 'pakasir-key-hunter2',
    webhookSecret: 'pakasir-webhook-hunter2',
    ownerToken: 'owner-bot-hunter2',
  };
  const request = storeRequest({
    telegramBotToken: secrets.token,
    // Prints its token and its connection string, and is never ready: its last words end in the operation's error.
    storeName: 'leak',
    pakasir: { slug: 'demo', apiKey: secrets.apiKey, webhookSecret: secrets.webhookSecret },
    env: { OWNER_BOT_TOKEN: secrets.ownerToken },
  });
  const accepted = await plane.api.call<{ tenant: Tenant; operation: Operation }>('POST', '/v1/tenants', request, {
    'idempotency-key': 'leak',
  });
  const operation = await plane.api.ended(accepted.body.operation.id);
  expect(operation.error?.message).toMatch(/token \[redacted\] database postgres:\/\/\w+:\[redacted\]@/);
  const { folder } = await plane.api.tenant(request.store);
  const botEnv = await readFile(join(folder, 'bot.env'), 'utf8');
  const password = /lapak_\w+:([^@]+)@/.exec(botEnv)?.[1] as string;
  const dataKey = /DATA_ENCRYPTION_KEY=(\S+)/.exec(botEnv)?.[1] as string;
  for (const secret of [secrets.token, secrets.apiKey, password, dataKey]) expect(botEnv).toContain(secret);

  const path = `/v1/tenants/${request.store}`;
  const answers = [accepted.body];
  for (const at of [
    path,
    `${path}/config`,
    `${path}/logs?tail=50`,
    `/v1/operations/${operation.id}`,
    `/v1/operations/${operation.id}/events`,
    '/v1/audit',
    '/metrics',
  ]) {
    const answer = await plane.api.call<never>('GET', at);
    expect([at, answer.status]).toEqual([at, 200]);
    answers.push(answer.body);
  }
  const tables = [
    'tenants',
    'tenant_secrets',
    'operations',
    'operation_steps',
    'operation_events',
    'audit_log',
    'idempotency_keys',
    'jobs.job',
  ];
  const rows = await Promise.all(tables.map((table) => plane.db.query(`SELECT to_jsonb(t) AS row FROM ${table} t`)));
  const places = {
    answers: JSON.stringify(answers),
    rows: JSON.stringify(rows),
    log: plane.logged(),
    argv: [...(await commandLines()).values()].join('\n'),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(200);
    for (const [name, secret] of Object.entries({ ...secrets, password, dataKey })) {
      expect(text.includes(secret), `${name} in ${place}`).toBe(false);
    }
  }
  expect(places.answers).toContain('[redacted]');
});

test('a sealed secret opens nowhere but in its own place, and not when a bit was changed', async () => {
  const tenant = await plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token });
  const config = () => plane.api.call('GET', `/v1/tenants/${tenant.store}/config`);
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [tenant.store]);
  expect((await config()).status).toBe(200);
  const moved = await tampered(
    "UPDATE tenant_secrets SET sealed = (SELECT sealed FROM tenant_secrets WHERE tenant_id = $1 AND name = 'PAKASIR_API_KEY') WHERE tenant_id = $1 AND name = 'DATA_ENCRYPTION_KEY'",
    [row?.id],
    config,
  );
  expect(moved).toMatchObject({ status: 500, body: { code: 'SECRET_UNREADABLE' } });
  const changed = await tampered(
    "UPDATE tenant_secrets SET sealed = overlay(sealed placing CASE WHEN right(sealed, 2) LIKE 'A_' THEN 'B' ELSE 'A' END from length(sealed) - 1 for 1) WHERE tenant_id = $1",
    [row?.id],
    config,
  );
  expect(changed).toMatchObject({ status: 500, body: { code: 'SECRET_UNREADABLE' } });
  expect((await config()).status).toBe(200);
  const restarted = await tampered(
    'UPDATE tenant_secrets SET sealed = left(sealed, -4) WHERE tenant_id = $1',
    [row?.id],
    async () => {
      const accepted = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${tenant.store}/restart`);
      return plane.api.ended(accepted.body.operation.id);
    },
  );
  expect(restarted).toMatchObject({ state: 'failed', error: { code: 'SECRET_UNREADABLE' } });
});

test('another master key is refused at the start, and a newer one beside the old is not', async () => {
  const file = join(plane.home, 'master.key');
  const old = (await readFile(file, 'utf8')).trim();
  await writeFile(file, newKey());
  await expect(plane.restart()).rejects.toThrow(/^LAPAK_MASTER_KEY: expected the key that sealed/);
  await writeFile(file, `${newKey()},${old}`);
  await plane.restart();
  const [store] = (await plane.api.call<{ tenants: Tenant[] }>('GET', '/v1/tenants')).body.tenants;
  expect((await plane.api.call('GET', `/v1/tenants/${store?.store}/config`)).status).toBe(200);
});

test('the key file is made once, for its owner only, and refused when others may read it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lapak-key-'));
  const [first, second] = await Promise.all([loadMasterKeys([], home), loadMasterKeys([], home)]);
  expect(first.map(({ id }) => id)).toEqual(second.map(({ id }) => id));
  const file = join(home, 'master.key');
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  await chmod(file, 0o644);
  expect(await code(loadMasterKeys([], home))).toBe('CONFIG_INVALID');
  await rm(home, { recursive: true });
});

test('a value names its key, and does not open without it', async () => {
  const [a, b] = [sealingKey(newKey()), sealingKey(newKey())];
  const sealed = createSecrets([a]).seal('goods', 'place');
  expect(createSecrets([b, a]).open(sealed, 'place')).toBe('goods');
  expect(await code(() => createSecrets([b]).open(sealed, 'place'))).toBe('SECRET_UNREADABLE');
  expect(await code(() => createSecrets([a]).open(sealed, 'elsewhere'))).toBe('SECRET_UNREADABLE');
});

test('scrubbing replaces every secret, and leaves what is too short to be one', () => {
  expect(scrub('a=secret-1 b=secret-2 c=secret-1', ['secret-1', 'secret-2', 'b', ''])).toBe(
    'a=[redacted] b=[redacted] c=[redacted]',
  );
  expect(scrub('{"a":"say \\"hi\\""} ?a=say%20%22hi%22', ['say "hi"'])).toBe('{"a":"[redacted]"} ?a=[redacted]');
});

test('scrubbing finds a secret that was cut at the end of a line, and takes no common ending for one', () => {
  const token = '123456789:abcdefghijklmnopqrstuvwxyz';
  for (const kept of [18, 25, token.length - 1]) {
    expect(scrub(`token ${token.slice(0, kept)}\nnext`, [token])).toBe('token [redacted]\nnext');
    expect(scrub(`first\ntoken ${token.slice(0, kept)}`, [token])).toBe('first\ntoken [redacted]');
  }
  expect(scrub('the bot 123456789', [token])).toBe('the bot 123456789');
  expect(scrub('it ends with uvwxyz', [token])).toBe('it ends with uvwxyz');
  expect(scrub('\n\nshort\n', [token])).toBe('\n\nshort\n');
  expect(scrub('abababab', ['ababababab'])).toBe('[redacted]');
});
