import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  type Problem,
  TENANT_SORTS,
  type TenantFacets,
  type TenantPage,
} from '../../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { fillTenants } from '../support/rows.ts';

type Page = z.infer<typeof TenantPage>;

const DAY_MS = 86_400_000;
const STORES = 30;
let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
  const now = Date.now();
  const at = (days: number) => new Date(now + days * DAY_MS);
  await fillTenants(plane.db, STORES, (n) => ({
    store: `toko-${String(n).padStart(2, '0')}`,
    // Every key has ties, and some stores have no rent.
    store_name: ['Warung Budi', 'warung ani', 'Zed 🛍', '"\\"'][n % 4],
    state: ['running', 'stopped', 'failed'][n % 3],
    desired_state: 'stopped',
    image: n % 2 === 0 ? 'lapak/tenant-runtime:1' : `${'i'.repeat(253)}:${n % 5}`,
    paid_until: [null, at(-1), at(3), at(30), null][n % 5] ?? null,
    created_at: at(-(n % 6)),
    updated_at: at(-(n % 7)),
    bot_username: `bot_${n}_of`,
  }));
});
afterAll(() => plane.close());

const get = async (query: string) => (await plane.api.call<Page>('GET', `/v1/tenants?${query}`)).body;
const slugs = (page: Page) => page.tenants.map(({ store }) => store);

async function walk(query: string, limit: number): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page = await get(`${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
    seen.push(...slugs(page));
    cursor = page.nextCursor;
  }
  return seen;
}

test.each(TENANT_SORTS.flatMap((sort) => (['asc', 'desc'] as const).map((order) => [sort, order] as const)))(
  'pages sorted by %s %s hold every store once, in the order of one page',
  async (sort, order) => {
    const query = `sort=${sort}&order=${order}`;
    const whole = slugs(await get(`${query}&limit=500`));
    expect(whole).toHaveLength(STORES);
    for (const limit of [1, 4, 7]) expect(await walk(query, limit)).toEqual(whole);
  },
);

test('a store without an end of its rent comes last in either direction', async () => {
  for (const order of ['asc', 'desc']) {
    const { tenants } = await get(`sort=paidUntil&order=${order}&limit=500`);
    const firstWithout = tenants.findIndex(({ paidUntil }) => paidUntil === null);
    expect(tenants.slice(firstWithout).every(({ paidUntil }) => paidUntil === null)).toBe(true);
    expect(firstWithout).toBe(18);
  }
});

test('names are sorted whatever their case', async () => {
  const { tenants } = await get('sort=storeName&q=warung&limit=500');
  expect(new Set(tenants.slice(0, 7).map(({ storeName }) => storeName))).toEqual(new Set(['warung ani']));
});

test('several states are alternatives, and other fields narrow them down', async () => {
  const { tenants } = await get('state=running,failed&rent=overdue,due&limit=500');
  expect(tenants.length).toBeGreaterThan(0);
  for (const { state, paidUntil } of tenants) {
    expect(['running', 'failed']).toContain(state);
    expect(Date.parse(paidUntil as string)).toBeLessThan(Date.now() + 7 * DAY_MS);
  }
  expect(slugs(await get('stores=toko-03,toko-01,nobody'))).toEqual(['toko-01', 'toko-03']);
  expect(slugs(await get('image=lapak/tenant-runtime:1&limit=500'))).toHaveLength(15);
});

test('a search finds slug, name and bot, with or without @, and no more than that', async () => {
  expect(slugs(await get('q=TOKO-07'))).toEqual(['toko-07']);
  expect(slugs(await get('q=bot_7_'))).toEqual(['toko-07']);
  expect(slugs(await get(`q=${encodeURIComponent('@BOT_7_')}`))).toEqual(['toko-07']);
  expect(slugs(await get('q=%25'))).toEqual([]);
});

test('a cursor of another sort is refused with the sort that it is of', async () => {
  const { nextCursor } = await get('sort=storeName&limit=2');
  for (const query of [`sort=image&cursor=${nextCursor}`, `sort=storeName&order=desc&cursor=${nextCursor}`]) {
    const { status, body } = await plane.api.call<Problem>('GET', `/v1/tenants?${query}`);
    expect([status, body.errors]).toEqual([
      400,
      [{ pointer: '/cursor', detail: expect.stringContaining('this one is of sort=storeName&order=asc') }],
    ]);
  }
});

test.each([
  ['of no form', 'x'],
  ['a text', '"toko-01"'],
  ['of an unknown sort', '[99,0,null,"toko-01"]'],
  ['without a key', '[1,0,null,"toko-01"]'],
  ['with a key that its sort has not', '[0,0,"x","toko-01"]'],
  ['with NUL', '[1,0,"a\\u0000","toko-01"]'],
  ['with half a surrogate pair', '[1,0,"\\ud800","toko-01"]'],
  ['with no time where a time belongs', '[4,0,"yesterday","toko-01"]'],
  ['with a day that no month has', '[4,0,"2026-02-30T00:00:00.000000Z","toko-01"]'],
  ['of the year 0', '[4,0,"0000-01-01T00:00:00.000000Z","toko-01"]'],
  ['with an object as its slug', '[1,0,"a",{"toString":1}]'],
])('a forged cursor %s is refused, and asks nothing of the database', async (_, text) => {
  const number = /^\[(\d),/.exec(text)?.[1] ?? '0';
  const cursor = Buffer.from(text).toString('base64url');
  const { status, body } = await plane.api.call(
    'GET',
    `/v1/tenants?sort=${TENANT_SORTS[Number(number)]}&cursor=${cursor}`,
  );
  expect([status, body.code]).toEqual([400, 'BAD_REQUEST']);
});

test.each([
  'state=',
  'state=asleep',
  'rent=soon',
  'stores=A',
  'runtime=cloud',
  'shard=',
  'sort=bot',
  'order=up',
  'limit=501',
  'q=',
  'color=red',
])('a list that asks for %s is refused', async (query) => {
  expect((await plane.api.call('GET', `/v1/tenants?${query}`)).status).toBe(400);
});

test('facets count each value with the other fields as they are', async () => {
  const facets = async (query: string) =>
    (await plane.api.call<TenantFacets>('GET', `/v1/tenant-facets?${query}`)).body;
  const all = await facets('');
  expect(all.total).toBe(STORES);
  for (const field of ['state', 'image', 'rent', 'runtime'] as const) {
    expect(all[field].reduce((sum, { count }) => sum + count, 0)).toBe(STORES);
  }
  const failed = await facets('state=failed');
  expect(failed.total).toBe(10);
  expect(failed.state).toEqual(all.state);
  expect(failed.rent.reduce((sum, { count }) => sum + count, 0)).toBe(10);
  for (const { value, count } of failed.rent) {
    expect([value, slugs(await get(`state=failed&rent=${value}&limit=500`)).length]).toEqual([value, count]);
  }
  expect(await facets('q=nothing-like-it')).toEqual({
    total: 0,
    state: [],
    image: [],
    rent: [],
    runtime: [],
    shard: [],
  });
});

test('lists in a query are documented as the text that is sent', async () => {
  type Document = { paths: Record<string, { get: { parameters: { name: string; schema: object }[] } }> };
  const { body } = await plane.api.call<Document>('GET', '/openapi.json');
  for (const path of ['/v1/tenants', '/v1/tenant-facets']) {
    const state = body.paths[path]?.get.parameters.find(({ name }) => name === 'state');
    expect(state?.schema).toMatchObject({ type: 'string' });
  }
});
