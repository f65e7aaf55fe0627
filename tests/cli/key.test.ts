import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKey, ApiKeyCreated } from '../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { runCli } from './support/cli.ts';
import { cliOn } from './support/on-plane.ts';

let plane: TestPlane;
const lapak = cliOn(() => plane);
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

type Fault = { error: { code: string; hints: string[] } };
const keys = async () => (await lapak.json<{ apiKeys: ApiKey[] }>('key list')).apiKeys;

test('the help of a new key says what each scope may do', async () => {
  const { stdout, code } = await runCli(['key', 'create', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}viewer +reads stores .*; changes nothing$/m);
  expect(stdout).toMatch(/^ {2}operator +opens, changes/m);
  expect(stdout).toMatch(/^ {2}admin +makes and revokes keys/m);
});

test('a new key is alone on stdout, what it may do is said beside it, and it opens just that', async () => {
  const made = await lapak('key create monitor --scope viewer --expires-in-days 30');
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lpk_\w{10}_\S{43,}\n$/) });
  expect(made.stderr).toMatch(/^Key \w{10} is made, in force until \d{4}-\d\d-\d\d /);
  expect(made.stderr).toContain('Scope viewer: reads stores');
  expect(made.stderr).not.toContain('opens, changes');
  expect(made.stderr).not.toContain(made.stdout.trim());
  const env = { LAPAK_API_KEY: made.stdout.trim() };
  const [reading, changing, administering] = await Promise.all([
    lapak('tenant list', env),
    lapak('tenant stop warung', env),
    lapak('key list', env),
  ]);
  expect(reading.code).toBe(0);
  for (const refused of [changing, administering]) {
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('[FORBIDDEN]') });
  }
  expect(changing.stderr).toContain('This needs an API key of scope operator; yours is viewer.');
  expect(administering.stderr).toContain('This needs an API key of scope admin; yours is viewer.');
});

test('as JSON a new key comes with what it is, and lists never hold one', async () => {
  const { apiKey, key } = await lapak.json<ApiKeyCreated>('key create deploy');
  expect(apiKey).toMatchObject({ name: 'deploy', scope: 'operator', expiresAt: null, revokedAt: null });
  const [shown, document] = [await lapak('key list'), JSON.stringify(await keys())];
  expect(shown.stdout).toMatch(new RegExp(`^${apiKey.id} +deploy +operator +`, 'm'));
  expect(document).toContain(apiKey.id);
  for (const text of [shown.stdout, document]) expect(text).not.toContain(key.split('_').slice(2).join('_'));
});

test.each([
  { args: ['x', '--scope', 'root'], told: /Allowed choices are viewer, operator, admin/ },
  { args: ['x', '--expires-in-days', '0'], told: /whole number from 1 to 3650/ },
  { args: [], told: /missing required argument 'name'/ },
  { args: ['n'.repeat(65)], told: /name: / },
])('a key of $args is bad usage that says what is meant', async ({ args, told }) => {
  const env = { LAPAK_API_URL: plane.url, LAPAK_API_KEY: plane.api.key ?? '' };
  expect(await runCli(['key', 'create', ...args], { env })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(told),
  });
});

test('a revoked key opens nothing, is listed as such, and an unknown one is not found', async () => {
  const { apiKey, key } = await lapak.json<ApiKeyCreated>('key create leaked --scope admin');
  const revoked = await lapak(`key revoke ${apiKey.id}`);
  expect(revoked).toMatchObject({ code: 0, stdout: `Key ${apiKey.id} (leaked) no longer opens anything.\n` });
  const refused = await lapak('tenant list', { LAPAK_API_KEY: key });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('LAPAK_API_KEY') });
  expect((await lapak('key list')).stdout).toMatch(new RegExp(`^${apiKey.id} .* revoked `, 'm'));
  const unknown = await lapak('key revoke 0000000000');
  expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining('lapak key list') });
});

test('the last admin key in force is revoked only when that is forced, and the next start makes another', async () => {
  const passing = await lapak.json<ApiKeyCreated>('key create passing --scope admin');
  await plane.db.query("UPDATE api_keys SET expires_at = now() - interval '1 s' WHERE id = $1", [passing.apiKey.id]);
  const isLast = ({ scope, revokedAt, expiresAt }: ApiKey) => scope === 'admin' && !revokedAt && !expiresAt;
  const [last, ...others] = (await keys()).filter(isLast);
  expect(others).toEqual([]);
  const refused = await lapak(`key revoke ${last?.id}`);
  expect(refused).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('[LAST_ADMIN_KEY]') });
  expect(refused.stderr).toContain('lapak key create <name> --scope admin');
  expect(refused.stderr).toContain('--force');
  const { error } = await lapak.json<Fault>(`key revoke ${last?.id}`, 4);
  expect(error.code).toBe('LAST_ADMIN_KEY');
  const forced = await lapak(`key revoke ${last?.id} --force`);
  expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining('no longer opens anything') });
  expect((await lapak('key list')).code).toBe(1);
  await plane.restart();
  expect((await keys()).filter(isLast)).toHaveLength(1);
});

test('of two that revoke the last two admin keys at one time, one is refused', async () => {
  const own = plane.api.key?.split('_')[1];
  const { apiKey } = await lapak.json<ApiKeyCreated>('key create second --scope admin');
  const revoke = (id: string | undefined) => plane.api.call('DELETE', `/v1/api-keys/${id}`);
  const answers = await Promise.all([revoke(own), revoke(apiKey.id)]);
  // Whichever came second has no key any more, or may not take the last one.
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const left = await plane.db.query(
    "SELECT id FROM api_keys WHERE scope = 'admin' AND revoked_at IS NULL AND expires_at IS NULL",
  );
  expect(left).toHaveLength(1);
});
