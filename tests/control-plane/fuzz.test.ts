import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKeyCreated, KEY_SCOPES, Problem, ROUTES, type Route } from '../../control-plane/contract/index.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

type Schema = { [name: string]: unknown; properties?: Record<string, Schema>; anyOf?: Schema[]; items?: Schema };
type Documented = {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; in: string; schema: Schema }[];
};

const SECRETS = ['pakasir-key-hunter2', 'pakasir-webhook-hunter2'];
const SEED = 20_261_122;

let plane: TestPlane;
let keys: (string | null)[];
const planted: string[] = [...SECRETS];
beforeAll(async () => {
  plane = await startPlane();
  const telegramBotToken = plane.newBot().token;
  const [apiKey, webhookSecret] = SECRETS as [string, string];
  await plane.api.open({ store: 'planted', telegramBotToken, pakasir: { slug: 'demo', apiKey, webhookSecret } });
  planted.push(telegramBotToken);
  const made = KEY_SCOPES.map((scope) => plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: scope, scope }));
  keys = [null, ...(await Promise.all(made)).map(({ body }) => body.key)];
  planted.push(...keys.filter((key) => key !== null));
}, 60_000);
afterAll(() => plane.close());

const hostile = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    -1,
    1e308,
    2 ** 53,
    '',
    'a\u0000b',
    '\ud800',
    '👩‍👩‍👧',
    '../../etc/passwd',
    '%2e%2e%2f',
    'x'.repeat(70_000),
  ],
  ...[[], {}, [[[[[[]]]]]], { constructor: { prototype: {} } }, JSON.parse('{"__proto__":{"admin":true}}')],
);

/** Values that a documented schema accepts or nearly accepts: bounds, patterns and types may be missed. */
function near(schema: Schema = {}): fc.Arbitrary<unknown> {
  const choices: Schema[] | undefined = schema.anyOf;
  const fitting = choices
    ? fc.oneof(...choices.map(near))
    : Array.isArray(schema.enum)
      ? fc.constantFrom(...(schema.enum as unknown[]))
      : schema.properties
        ? fc.record(Object.fromEntries(Object.entries(schema.properties).map(([name, of]) => [name, near(of)])), {
            requiredKeys: (schema.required as string[] | undefined) ?? [],
          })
        : schema.items
          ? fc.array(near(schema.items), { maxLength: 3 })
          : schema.type === 'integer' || schema.type === 'number'
            ? fc.integer({ min: -1, max: 300 })
            : typeof schema.pattern === 'string'
              ? fc.stringMatching(new RegExp(schema.pattern), { maxLength: 60 })
              : fc.string({ unit: 'binary', maxLength: 20 });
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: hostile });
}

/** A request of a route; a deep or broken body comes as text. */
function requests(route: Route, documented: Documented) {
  const names = (route.path.match(/:\w+/g) ?? []).length;
  const body = documented.requestBody?.content['application/json']?.schema;
  const asked = (documented.parameters ?? []).filter((one) => one.in === 'query' && one.name !== 'follow');
  const known = route.method === 'GET' ? ['planted'] : [];
  const part = fc.oneof(
    fc.constantFrom(...known, 'nobody', '..', '%', '__proto__', 'a\u0000'),
    fc.string({ maxLength: 90 }),
  );
  const broken = fc.constantFrom('{', '['.repeat(50_000), '"\\u0000"', 'x'.repeat(300_000), '{"__proto__":{}}');
  return fc.record({
    parts: fc.array(part, { minLength: names, maxLength: names }),
    query: fc.record(Object.fromEntries(asked.map((one) => [one.name, near(one.schema)])), { requiredKeys: [] }),
    body: body
      ? fc.oneof(
          { weight: 4, arbitrary: near(body) },
          { weight: 1, arbitrary: hostile },
          { weight: 1, arbitrary: broken },
        )
      : fc.constant(undefined),
    who: fc.nat({ max: KEY_SCOPES.length }),
    headers: fc.constantFrom<Record<string, string>>(
      {},
      { 'idempotency-key': 'same' },
      { 'content-type': 'text/plain' },
    ),
  });
}

function addressOf(route: Route, parts: string[], query: Record<string, unknown>): string {
  const escaped = (text: unknown) => encodeURIComponent(String(text).toWellFormed().slice(0, 5_000));
  const left = [...parts];
  // A client resolves a part that is only dots before it sends it, and so would ask another route.
  const path = route.path.replace(/:\w+/g, () => escaped(left.shift()).replace(/^\.\.?$/, '..%2f') || 'x');
  const asked = Object.entries(query).map(([name, value]) => {
    return `${name}=${escaped(typeof value === 'string' ? value : JSON.stringify(value))}`;
  });
  return `${path}?${asked.join('&')}`;
}

test('whatever is asked, the answer is documented, in time, and holds no secret', async () => {
  const { body: document } = await plane.api.call<{ paths: Record<string, Record<string, Documented>> }>(
    'GET',
    '/openapi.json',
  );
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    if (name === 'backUpControlPlane') continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const documented = document.paths[path]?.[route.method.toLowerCase()];
    expect([name, documented !== undefined]).toEqual([name, true]);
    const property = fc.asyncProperty(requests(route, documented as Documented), async (made) => {
      const key = keys[made.who] ?? null;
      const sent = typeof made.body === 'string' ? made.body : JSON.stringify(made.body);
      const response = await fetch(`${plane.url}${addressOf(route, made.parts, made.query)}`, {
        method: route.method,
        headers: {
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
          ...made.headers,
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
        signal: AbortSignal.timeout(20_000),
        ...(sent === undefined ? {} : { body: sent }),
      });
      const text = await response.text();
      expect([response.status < 500 || [502, 503].includes(response.status), text.slice(0, 300)]).toEqual([
        true,
        text.slice(0, 300),
      ]);
      expect(planted.filter((secret) => text.includes(secret))).toEqual([]);
      if (response.status === route.status) route.answer?.parse(JSON.parse(text));
      else if (name !== 'readiness') expect(Problem.parse(JSON.parse(text)).status).toBe(response.status);
    });
    await fc.assert(property, { seed: SEED, numRuns: 25, endOnFailure: true });
  }
}, 180_000);
