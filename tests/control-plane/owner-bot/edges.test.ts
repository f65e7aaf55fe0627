import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Incident } from '../../../control-plane/api/contract/index.ts';
import type { ChatClient } from '../../../sandbox/client.ts';
import { newSlug } from '../support/api.ts';
import { greet, type OwnersPlane, readable, startOwners } from '../support/owners.ts';

let owners: OwnersPlane;
let bos: ChatClient;
beforeAll(async () => {
  owners = await startOwners(['Bos'], { env: { LAPAK_TENANT_READY_TIMEOUT: '3' } });
  [bos] = owners.owners as [ChatClient];
  await greet([bos]);
});
afterAll(() => owners.close());
let since = 0;
beforeEach(async () => {
  since = await bos.mark();
});

test('a stranger is refused politely and told of once a day, and a flood of theirs costs nothing', async () => {
  const { client, bot, plane } = owners;
  const person = await client.createUser({ firstName: 'Iseng', username: 'iseng' });
  const chat = person.chatWith(bot);
  await chat.send('/status');
  expect((await chat.waitFor('Maaf')).text).toBe('Maaf, bot ini hanya untuk pemilik Lapak.');
  const told = await bos.waitFor('Orang lain mencoba', { since });
  expect(readable(told).replaceAll(String(person.id), '<id>')).toBe(
    [
      '🤖 Lapak',
      '   🛠 Lapak',
      '   ℹ️ Orang lain mencoba memakai bot ini',
      '   Iseng (@iseng), id <id>, menulis: /status',
      '   [ 🔎 Detail ]',
      '   [ 🔕 Bisukan semua 1 jam ] [ ✅ Saya tangani ]',
    ].join('\n'),
  );
  for (let nth = 0; nth < 50; nth += 1) await chat.send(`/restart ${nth}`);
  await plane.restart();
  await chat.send('/stores');
  // What of the flood it reads after the restart, or this: one of them is answered, for the last time.
  const answers = async () => (await chat.messages()).filter(({ from }) => from === 'bot').length;
  await expect.poll(answers).toBe(2);
  const rows = await plane.db.query('SELECT action, target, result FROM audit_log WHERE actor = $1', [
    `telegram:${person.id}`,
  ]);
  expect(rows).toEqual([{ action: 'ownerbot.use', target: 'ownerbot', result: 'denied' }]);
  expect(await plane.db.query("SELECT seen FROM incidents WHERE kind = 'forbidden'")).toHaveLength(1);
  expect(await answers()).toBe(2);
});

test('somebody who owns a store and not the control plane is greeted, and gives no orders', async () => {
  const { client, bot, plane } = owners;
  const seller = await client.createUser({ firstName: 'Sari' });
  const tenant = await plane.api.open({
    store: newSlug(),
    storeName: 'Warung Sari',
    telegramBotToken: plane.newBot().token,
    ownerIds: [seller.id],
  });
  const chat = seller.chatWith(bot);
  await chat.send(`/store ${tenant.store}`);
  expect((await chat.waitFor('Warung Sari')).text).toContain('Perintah hanya untuk pemilik Lapak.');
  expect(await plane.db.query('SELECT id FROM audit_log WHERE actor = $1', [`telegram:${seller.id}`])).toEqual([]);
});

test('an operation that fails is told with its step and reason, and whoever asked is answered', async () => {
  const tenant = await owners.open('Warung Gagal');
  await owners.plane.db.query("UPDATE tenants SET store_name = 'crash' WHERE store = $1", [tenant.store]);
  await bos.send(`/store ${tenant.store}`);
  await bos.waitFor('🟢 berjalan');
  await bos.tap('🔄 Mulai ulang');
  await bos.waitForToast('sedang dimulai ulang');
  const told = await bos.waitFor('Operasi gagal', { since });
  expect(told.text).toMatch(/restart \(\w+\), step \w+\nRUNTIME_UNHEALTHY: /);
  const open = told.buttons.flat().map(({ label }) => label);
  expect(open).toEqual(['🔎 Detail', '🔄 Mulai ulang', '🔕 Bisukan 1 jam', '✅ Saya tangani']);
});

test('a token that was revoked makes no noise, and everything is said once it is known again', async () => {
  const { client, plane } = owners;
  const revoked = await client.faults.add({ target: 'telegram', kind: '401', times: 'always' });
  const deaf = await client.faults.add({ target: 'telegram', kind: '401', times: 'always', method: 'getUpdates' });
  await owners.alarm((tx, alerts) =>
    alerts.raise(tx, { kind: 'platform', key: 'platform:test', severity: 'error', detail: 'disk penuh' }),
  );
  // The poll that was under way ends with what it waited for; the next ones are refused.
  await bos.send('/help');
  await deaf.waitFired({ timeoutMs: 60_000 });
  await revoked.waitFired({ count: 5 });
  expect((await plane.api.call('GET', '/healthz')).status).toBe(200);
  expect((await plane.api.call('GET', '/readyz')).status).toBe(200);
  // Both loops wait twice as long after each failure: a loop without a wait would have called hundreds of times by now.
  expect((await client.faults.list()).every(({ fired }) => fired < 20)).toBe(true);
  expect(plane.logged().split('the owner bot does not hear from Telegram').length).toBeLessThan(20);
  await Promise.all([revoked.remove(), deaf.remove()]);
  await bos.waitFor('disk penuh', { since });
  await owners.alarm((tx, alerts) => alerts.clear(tx, 'platform:test'));
  await bos.waitFor('Sistem pusat pulih', { since });
});

test('incidents are listed by the API and acknowledged there, which the owners see', async () => {
  const { api } = owners.plane;
  await owners.alarm((tx, alerts) =>
    alerts.raise(tx, { kind: 'platform', key: 'platform:api', severity: 'warn', detail: 'antrean panjang' }),
  );
  await bos.waitFor('antrean panjang', { since });
  type Page = { incidents: Incident[]; nextCursor: string | null };
  const open = await api.call<Page>('GET', '/v1/incidents?open=true');
  // What the store of the test before has been up to may be open as well.
  const ours = open.body.incidents.filter(({ detail }) => detail === 'antrean panjang');
  expect(ours).toHaveLength(1);
  expect(open.body.incidents.every(({ closedAt }) => closedAt === null)).toBe(true);
  await owners.alarm((tx, alerts) =>
    alerts.notify(tx, { kind: 'rent', key: 'rent:1', severity: 'info', detail: 'sewa' }),
  );
  const first = await api.call<Page>('GET', '/v1/incidents?open=false&limit=1');
  expect(first.body.incidents).toHaveLength(1);
  const next = await api.call<Page>('GET', `/v1/incidents?open=false&limit=1&cursor=${first.body.nextCursor}`);
  expect(next.body.incidents[0]?.id).toBeLessThan(first.body.incidents[0]?.id ?? 0);
  const { id } = ours[0]!;
  const key = { 'idempotency-key': 'care-1' };
  const taken = await api.call<Incident>('POST', `/v1/incidents/${id}/acknowledge`, undefined, key);
  expect([taken.status, taken.body.acknowledgedBy]).toEqual([200, expect.stringMatching(/^key:/)]);
  expect((await api.call('POST', `/v1/incidents/${id}/acknowledge`, undefined, key)).body).toEqual(taken.body);
  await bos.waitFor('Ditangani oleh operator (CLI/API)', { since });
  expect((await api.call('POST', '/v1/incidents/999999/acknowledge')).body.code).toBe('INCIDENT_NOT_FOUND');
  expect((await api.call('POST', '/v1/incidents/x/acknowledge')).status).toBe(400);
  const metrics = await api.call<string>('GET', '/metrics');
  expect(metrics.body).toContain('lapak_incidents_open{kind="platform"} 1');
  expect(metrics.body).toMatch(/lapak_alerts_sent_total\{kind="platform"\} [1-9]/);
});

test('an alert about backups offers a backup, and one press makes it', async () => {
  const tenant = await owners.open('Warung Cadang');
  const about = await owners.about(tenant);
  await owners.alarm((tx, alerts) =>
    alerts.raise(tx, { kind: 'backup_failed', key: 'backup:test', severity: 'error', about, detail: 'disk penuh' }),
  );
  const told = await bos.waitFor('Cadangan gagal dibuat', { since });
  expect(told.buttons.flat().map(({ label }) => label)).toEqual([
    '🔎 Detail',
    '💾 Cadangkan sekarang',
    '🔕 Bisukan 1 jam',
    '✅ Saya tangani',
  ]);
  await bos.tap('💾 Cadangkan sekarang', { messageId: told.id });
  await bos.waitForToast('sedang dicadangkan');
});

test('a button of a store that was removed does nothing and says so, whoever has its name now', async () => {
  const tenant = await owners.open('Warung Bubar');
  const about = await owners.about(tenant);
  await owners.alarm((tx, alerts) =>
    alerts.raise(tx, { kind: 'offsite_failed', key: 'offsite:gone', severity: 'error', about, detail: 'ember penuh' }),
  );
  await owners.alarm((tx, alerts) =>
    alerts.raise(tx, { kind: 'backup_failed', key: 'backup:gone', severity: 'error', about, detail: 'disk penuh' }),
  );
  const offsite = await bos.waitFor('ember penuh', { since });
  const backup = await bos.waitFor(/Warung Bubar[\s\S]*disk penuh/, { since });
  const path = `/v1/tenants/${tenant.store}?withoutBackup=true`;
  const { body } = await owners.plane.api.call<{ operation: { id: string } }>('DELETE', path);
  expect((await owners.plane.api.ended(body.operation.id)).state).toBe('succeeded');
  await bos.tap('💾 Cadangkan sekarang', { messageId: backup.id });
  expect((await bos.waitForToast()).text).toBe('Toko itu tidak ada. Lihat /stores.');
  const next = await owners.plane.api.open({ store: tenant.store, telegramBotToken: owners.plane.newBot().token });
  await bos.tap('🔕 Bisukan 1 jam', { messageId: offsite.id });
  expect((await bos.waitForToast()).text).toBe('Toko ini sudah tidak ada.');
  expect(
    await owners.plane.db.query(
      'SELECT kind FROM operations WHERE store = $1 AND tenant_id = (SELECT id FROM tenants WHERE store = $1)',
      [next.store],
    ),
  ).toEqual([{ kind: 'provision' }]);
});
