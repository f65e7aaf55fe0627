import { afterEach, expect, test } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
afterEach(() => shop.close());

test('each of 130 categories can be reached from the welcome', async () => {
  shop = await startTestStore();
  const { chat } = await shop.customer();
  const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);
  await shop.database.db.query(
    `INSERT INTO categories (name, position) SELECT 'Kategori ' || n, n FROM generate_series(1, 130) n`,
  );
  await shop.database.db.query(
    `INSERT INTO products (code, name, price, category_id)
     SELECT 'p' || id, 'Barang ' || position, 1000, id FROM categories`,
  );
  const welcome = await answer('/start', 'Selamat datang');
  expect(labelsOf(welcome)).toContain('🏷 Kategori 20');
  let screen = await tap('🗂 Semua Kategori', 'Semua Kategori');
  const seen = new Set(labelsOf(screen).filter((label) => label.startsWith('🏷 Kategori')));
  for (let page = 2; page <= 7; page += 1) {
    screen = await tap('➡️', `halaman ${page} dari 7`);
    for (const label of labelsOf(screen)) if (label.startsWith('🏷 Kategori')) seen.add(label);
  }
  expect(seen.size).toBe(130);
  expect((await tap('🏷 Kategori 130', 'Barang 130')).text).toContain('halaman 1 dari 1');
});
