import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_SCOPES, type KeyScope, type Rollout, type Tenant } from '../../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { fillTenants } from '../../control-plane/support/rows.ts';
import { keyOf, openConsole } from './support.ts';

/** What only some may do: the buttons that lead to it, and the scope that its route asks for. */
const ACTIONS: readonly { scope: KeyScope; on: RegExp; buttons: readonly RegExp[] }[] = [
  { scope: 'operator', on: /^\/fleet/, buttons: [/^Pilih semua yang cocok/] },
  { scope: 'operator', on: /^\/rollouts$/, buttons: [/^Mulai peluncuran/] },
  { scope: 'operator', on: /^\/rollouts\//, buttons: [/^Teruskan$/, /^Hentikan$/] },
  { scope: 'operator', on: /^\/stores\//, buttons: [/^Mulai ulang$/, /^Tindakan$/] },
  { scope: 'operator', on: /tab=configuration/, buttons: [/^Tinjau perubahan$/, /^Atur variabel$/] },
  { scope: 'operator', on: /tab=logs/, buttons: [/^Unduh$/] },
  { scope: 'operator', on: /tab=health/, buttons: [/^Periksa sekarang$/] },
  { scope: 'operator', on: /tab=incidents|^\/incidents/, buttons: [/^Saya tangani$/] },
  { scope: 'operator', on: /tab=backups|^\/backups\//, buttons: [/^Verifikasi cadangan/, /^Pulihkan cadangan/] },
  { scope: 'operator', on: /^\/backups\//, buttons: [/^Cadangkan sekarang/, /^Uji pemulihan/] },
  { scope: 'operator', on: /^\/backups$/, buttons: [/^Cadangkan/, /^Uji pemulihan:/] },
  { scope: 'operator', on: /^\/operations\//, buttons: [/^Ulangi$/] },
  { scope: 'operator', on: /^\/open$/, buttons: [/^Lanjut$/] },
  { scope: 'operator', on: /^\/open\?opened/, buttons: [/^Buka toko lain$/] },
  { scope: 'operator', on: /^\/shards/, buttons: [/^Kosongkan/] },
  { scope: 'operator', on: /^\/rent/, buttons: [/^Perpanjang/] },
  { scope: 'admin', on: /^\/keys/, buttons: [/^Buat kunci$/, /^Cabut/] },
];
const TABS = ['overview', 'configuration', 'logs', 'operations', 'health', 'backups', 'incidents', 'audit'];
/** Screens that are not theirs are told so, in place of what is on them. */
const REFUSED: Record<KeyScope, RegExp> = {
  viewer: /^\/(incidents|audit|keys)$/,
  operator: /^\/(audit|keys)$/,
  admin: /(?!)/,
};
const FAILED = 'failed-restart';

let plane: TestPlane;
let screens: string[];
beforeAll(async () => {
  plane = await startPlane();
  const tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName: 'Warung Cakupan' });
  screens = [...(await fill(tenant)), ...TABS.map((tab) => `/stores/${tenant.store}?tab=${tab}`)];
});
afterAll(() => plane.close());

/** One of everything that can be acted on. @returns the screens beside those of the store */
async function fill({ store, storeName }: Tenant): Promise<string[]> {
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [store]);
  const about = { tenantId: row?.id ?? '', store, storeName };
  await plane.db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at, finished_at,
                             error_code, error_message)
     VALUES ($1, $2, $3, 'restart', 'failed', '{}', 'test', now(), now(), 'INTERNAL', 'of a test')`,
    [FAILED, about.tenantId, store],
  );
  await plane.db.query(
    `INSERT INTO shards (id, name, state, capacity, token_sealed, created_at)
     VALUES (gen_random_uuid(), 'shard-1', 'active', 10, '', now())`,
  );
  await plane.db.query(
    `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed,
                          image, size, local_path, started_at)
     VALUES ('of-scopes', $1, $2, 'qris', 'of-scopes', 1, 'manual', 'verified', 'of-scopes', '', 'image:1', 1000,
             '/of-scopes', now())`,
    [about.tenantId, store],
  );
  const incident = {
    kind: 'backup_failed',
    key: 'backup_failed:scopes',
    severity: 'error',
    about,
    detail: 'x',
  } as const;
  await plane.db.tx((tx) => plane.services.alerts.raise(tx, incident));
  await fillTenants(plane.db, 1, () => ({
    ...{ store: 'sewa-cakupan', store_name: 'Sewa Cakupan', desired_state: 'stopped', state: 'stopped' },
    ...{ provisioned_at: new Date(), paid_until: new Date(Date.now() + 3 * 86_400_000) },
  }));
  const started = await plane.api.call<Rollout>('POST', '/v1/rollouts', {
    ...{ change: { kind: 'suspend', reason: 'of a test' }, target: { stores: ['sewa-cakupan', store] } },
    bakeSeconds: 86_400,
  });
  expect(started.status).toBe(202);
  const { id } = started.body;
  expect((await plane.api.call('POST', `/v1/rollouts/${id}/pause`)).status).toBe(200);
  const lists = [
    '',
    '/fleet',
    '/rollouts',
    '/operations',
    '/health',
    '/open',
    '/backups',
    '/incidents',
    '/shards',
    '/rent',
    '/audit',
    '/keys',
  ];
  return [...lists, `/rollouts/${id}`, `/operations/${FAILED}`, `/open?opened=${FAILED}`, `/backups/${store}`];
}

const MAIN = 'main#content';
/** What a viewer may press: to read again, page by page, of one state, in another order or another month. */
const READING = /^(Coba lagi|Yang lebih lama|Lagi|Saring|Tampilkan semua|Hari ini|Semua|[a-z]+\s+\d+|‹|›|↑|↓|)$/;

test.each(KEY_SCOPES)('every screen opens for the scope %s, with what it may do and nothing else', async (scope) => {
  const { page, complaints } = await openConsole(plane, '', { key: await keyOf(plane, scope) });
  const powers = KEY_SCOPES.indexOf(scope);
  const unknown: string[] = [];
  for (const path of screens) {
    await page.goto(`${plane.url}/console${path}`);
    const main = page.locator(MAIN);
    await main.getByRole('heading', { level: 1 }).first().waitFor();
    await expect.poll(() => main.getByRole('status', { name: 'Memuat …' }).count(), { message: path }).toBe(0);
    if (REFUSED[scope].test(path)) await main.getByText('FORBIDDEN').first().waitFor();
    const here = ACTIONS.filter(({ on }) => on.test(path));
    for (const { scope: asked, buttons } of here) {
      for (const name of buttons) {
        const button = main.getByRole('button', { name });
        if (KEY_SCOPES.indexOf(asked) <= powers) await button.first().waitFor();
        else expect([path, name, await button.count()]).toEqual([path, name, 0]);
      }
    }
    if (scope !== 'viewer') continue;
    // A button that is new is an action, until it stands among those that only read.
    for (const name of await main.locator('button:not(fieldset *):not([role=group] *):not(td *)').allInnerTexts()) {
      if (!READING.test(name.trim())) unknown.push(`${path}: ${name}`);
    }
  }
  expect(unknown).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the settings of many stores are set by an operator, and a viewer selects none', async () => {
  const change = { kind: 'configuration', env: { LOG_LEVEL: 'debug' } };
  for (const scope of ['operator', 'viewer'] as const) {
    const key = await keyOf(plane, scope);
    const { page, context } = await openConsole(plane, '/fleet', { key });
    await page.getByText('2 toko', { exact: true }).waitFor();
    await page.locator('[data-row="0"]').focus();
    await page.keyboard.press('x');
    const configure = page.getByRole('button', { name: 'Atur', exact: true });
    if (scope === 'operator') {
      await configure.click();
      await page.getByRole('dialog').getByLabel('Variabel', { exact: true }).waitFor();
    } else {
      expect(await page.getByRole('checkbox').count()).toBe(0);
      expect(await configure.count()).toBe(0);
      const asked = { change, target: { stores: ['sewa-cakupan'] } };
      expect((await plane.api.as(key).call('POST', '/v1/rollouts', asked)).status).toBe(403);
    }
    await context.close();
  }
});
