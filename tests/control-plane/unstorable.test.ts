import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ROUTES, type Route } from '../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const DETAIL = 'must not hold NUL or half a surrogate pair';
const UNSTORABLE = ['a\0b', 'a\ud800b', '\udc00'];

type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
};

/** The path to each place of a body where a text may stand, by the schema that the contract has for it. */
function textsOf(schema: Schema, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const { properties = {}, items, anyOf = [], additionalProperties: more } = schema;
  return [
    ...(schema.type === 'string' ? [path] : []),
    ...Object.entries(properties).flatMap(([name, of]) => textsOf(of, [...path, name])),
    ...(items ? textsOf(items, [...path, 0]) : []),
    ...anyOf.flatMap((of) => textsOf(of, path)),
    ...(typeof more === 'object' ? textsOf(more, [...path, 'SOME_KEY']) : []),
  ];
}

/** A body with this text there, and nothing else. */
const bodyWith = (path: readonly (string | number)[], text: string): unknown =>
  path.reduceRight<unknown>((inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }), text);

const jsonSchemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Schema;
const pathOf = ({ path }: Route, part = 'x') => path.replace(/:\w+/g, part);

test('every text field of every body refuses NUL and halves of surrogate pairs, and says which it was', async () => {
  const fields: string[] = [];
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    if (!route.body || route.scope === 'store') continue;
    for (const path of textsOf(jsonSchemaOf(route.body))) {
      fields.push(`${name} ${path.join('.')}`);
      for (const text of UNSTORABLE) {
        const answer = await plane.api.call(route.method, pathOf(route), bodyWith(path, text));
        expect([fields.at(-1), answer.status, answer.body.errors]).toEqual([
          fields.at(-1),
          400,
          [{ pointer: `/${path.join('/')}`, detail: DETAIL }],
        ]);
      }
    }
  }
  expect(fields).toEqual(expect.arrayContaining(['createTenant pakasir.slug', 'updateTenant env.SOME_KEY']));
  expect(fields.length).toBeGreaterThan(20);
});

test('names of fields, parts of the path and every field of a query refuse them too', async () => {
  const named = await plane.api.call('PATCH', '/v1/tenants/x', { env: { 'A\ud800': 'x' } });
  expect(named.body.errors).toEqual([{ pointer: '/env/A\ufffd', detail: DETAIL }]);
  for (const route of Object.values<Route>(ROUTES)) {
    const asked = Object.keys(route.query ? (jsonSchemaOf(route.query).properties ?? {}) : {});
    for (const field of asked) {
      const answer = await plane.api.call(route.method, `${pathOf(route)}?${field}=a%00b`);
      expect([route.path, answer.body.errors]).toEqual([route.path, [{ pointer: `/${field}`, detail: DETAIL }]]);
    }
    if (!route.path.includes(':')) continue;
    const there = await plane.api.call(route.method, pathOf(route, 'a%00b'));
    expect([route.path, there.status]).toEqual([route.path, 400]);
    // Bytes that are no UTF-8 are no address at all.
    expect((await plane.api.call(route.method, pathOf(route, 'a%ED%A0%80'))).status).toBe(400);
  }
});

test('a header that is kept is refused as well', async () => {
  const key = Buffer.from([0xed, 0xa0, 0x80]).toString('latin1');
  const kept = await plane.api.call('POST', '/v1/drills', undefined, { 'idempotency-key': key });
  expect(kept.body.errors?.[0]?.pointer).toBe('/headers/idempotency-key');
});
