import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAudit } from '../../tenant-runtime/modules/staff/audit/index.ts';
import {
  createTemplates,
  excessOfMarks,
  type Rollback,
  TEMPLATE_KEYS,
  TEMPLATES,
  validateTemplate,
} from '../../tenant-runtime/modules/staff/templates/index.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await testDatabase('tenant');
  dir = await mkdtemp(join(tmpdir(), 'lapak-audit-'));
});
afterAll(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

function room() {
  const rollbacks: Rollback[] = [];
  const audit = createAudit({ dir, timeZone: 'Asia/Jakarta', log: pino({ level: 'silent' }) });
  const templates = createTemplates({
    storeName: 'Warung <Uji> & Kawan',
    audit,
    onRollback: async (_, rollback) => {
      rollbacks.push(rollback);
    },
  });
  const render = () =>
    database.db.tx((tx) =>
      templates.render(tx, 'welcome', { nama: 'Budi <b>&"', total_user: '1.204', total_transaksi: 7 }),
    );
  const override = (body: string) =>
    database.db.query(
      `INSERT INTO templates (key, body, updated_by) VALUES ('welcome', $1, 1)
       ON CONFLICT (key) DO UPDATE SET body = EXCLUDED.body`,
      [body],
    );
  return { rollbacks, audit, render, override };
}

test('values are escaped, the text of the store is not', async () => {
  const { render, override } = room();
  await override('<i>Hai {nama}</i>, {nama_toko}: {total_user}/{total_transaksi}');
  expect(await render()).toBe('<i>Hai Budi &lt;b&gt;&amp;&quot;</i>, Warung &lt;Uji&gt; &amp; Kawan: 1.204/7');
});

test('a value that looks like a placeholder stays what it is', async () => {
  const { override } = room();
  await override('{nama}');
  const templates = room();
  expect(await templates.render()).toContain('Budi');
  const audit = createAudit({ dir, timeZone: 'UTC', log: pino({ level: 'silent' }) });
  const other = createTemplates({ storeName: 'Toko', audit, onRollback: async () => {} });
  const text = await database.db.tx((tx) =>
    other.render(tx, 'welcome', { nama: '{total_user}', total_user: 'x', total_transaksi: 1 }),
  );
  expect(text).toBe('{total_user}');
});

test.each([
  ['an unknown placeholder', 'Hai {nomor_rekening}', 'unknown_placeholder'],
  ['a tag that Telegram does not know', 'Hai<br>{nama}', 'unknown_tag'],
  ['a tag that is not closed', '<b>Hai {nama}', 'not_closed'],
])('a changed template with %s is put back to the default and reported once', async (_, body, kind) => {
  const { rollbacks, audit, render, override } = room();
  await override(body);
  const first = await render();
  expect(first).toContain('Selamat datang');
  expect(await render()).toBe(first);
  expect(rollbacks).toEqual([{ key: 'welcome', problem: expect.objectContaining({ kind }) }]);
  expect(await database.db.query("SELECT key FROM templates WHERE key = 'welcome'")).toEqual([]);
  const [entry] = await database.db.query<{ before: { body: string } }>(
    "SELECT before FROM audit_log WHERE action = 'template.rolled_back' ORDER BY id DESC LIMIT 1",
  );
  expect(entry?.before.body).toBe(body);
  await audit.flush();
});

test('a changed template whose values make it too long to send gives way to the default', async () => {
  const { rollbacks, render, override } = room();
  await override(`${'x'.repeat(4000)}{nama}{nama}{nama}{nama}{nama}{nama}{nama}{nama}{nama}{nama}{nama}{nama}`);
  expect(await render()).toContain('Selamat datang');
  expect(rollbacks).toHaveLength(1);
});

describe('validation', () => {
  test.each(TEMPLATE_KEYS)('the default of %s is valid and uses only its own placeholders', (key) => {
    expect(validateTemplate(key, TEMPLATES[key].body)).toBeUndefined();
  });

  test.each([
    '<b>a</b> <i>b</i> <u>c</u> <s>d</s> <tg-spoiler>e</tg-spoiler> <span class="tg-spoiler">f</span>',
    '<a href="https://x.id/?a=1&amp;b=2">tautan</a> <code>x</code><pre><code class="language-ts">y</code></pre>',
    '<blockquote expandable>a</blockquote> &lt; &gt; &amp; &quot; &#39; &#x27;',
    '<B>besar</b>',
    'harga & kualitas',
  ])('accepts %s', (body) => {
    expect(validateTemplate('welcome', body)).toBeUndefined();
  });

  test.each([
    ['', 'empty'],
    ['  <b></b> ', 'empty'],
    ['<b>a<i>b</b></i>', 'not_opened'],
    ['a</b>', 'not_opened'],
    ['<B>a</B>', 'not_opened'],
    ['<p>a</p>', 'unknown_tag'],
    ['<constructor>a</constructor>', 'unknown_tag'],
    ['<b class="x">a</b>', 'unknown_tag'],
    ['<a>tanpa alamat</a>', 'unknown_tag'],
    ['a < b', 'stray_bracket'],
    ['a &nbsp; b', 'unknown_entity'],
    ['{nama', undefined],
    ['{saldo}', 'unknown_placeholder'],
    ['x'.repeat(4097), 'too_long'],
  ])('judges %j', (body, kind) => {
    expect(validateTemplate('welcome', body)?.kind).toBe(kind);
  });
});

test('more formatting than Telegram shows is refused before it is saved, and goods keep room for theirs', () => {
  const bold = (times: number) => '<b>x</b> '.repeat(times);
  expect(excessOfMarks('welcome', bold(100))).toBeUndefined();
  expect(excessOfMarks('welcome', bold(101))).toEqual({ kind: 'too_many_marks', max: 100 });
  expect(excessOfMarks('payment_success', bold(40))).toBeUndefined();
  expect(excessOfMarks('payment_success', bold(41))).toEqual({ kind: 'too_many_marks', max: 40 });
});
