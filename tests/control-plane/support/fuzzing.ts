import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import { KEY_SCOPES, Problem, type Route } from '../../../control-plane/api/contract/index.ts';

type Schema = { [name: string]: unknown; properties?: Record<string, Schema>; anyOf?: Schema[]; items?: Schema };
export type Documented = {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; in: string; schema: Schema }[];
};

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
    '0000-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
    '9999-12-31T23:59:59-14:00',
    '0000-01-01',
    'a\u202Eb\u200B\n🛠 Lapak',
    '--privileged',
    '%2e%2e%2f',
    'x'.repeat(70_000),
  ],
  ...[[], {}, [[[[[[]]]]]], { constructor: { prototype: {} } }, JSON.parse('{"__proto__":{"admin":true}}')],
);

/** About what the API takes, and somewhat more. */
const DATES = { min: new Date('1998-01-01T00:00:00Z'), max: new Date('2102-01-01T00:00:00Z') };
/** Most can be stored. */
const texts = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
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
            : schema.format === 'date-time'
              ? fc.date({ ...DATES, noInvalidDate: true }).map((date) => date.toISOString())
              : typeof schema.pattern === 'string'
                ? fc.stringMatching(new RegExp(schema.pattern), { maxLength: 60 })
                : texts;
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: hostile });
}

/** A request of a route; a deep or broken body comes as text. Parts of its path are `known` names as well as junk. */
export function requestsOf(route: Route, documented: Documented, known: { names: readonly string[]; weight: number }) {
  const names = (route.path.match(/:\w+/g) ?? []).length;
  const body = documented.requestBody?.content['application/json']?.schema;
  const asked = (documented.parameters ?? []).filter((one) => one.in === 'query' && one.name !== 'follow');
  const part = fc.oneof(
    ...(known.names.length > 0 ? [{ weight: known.weight, arbitrary: fc.constantFrom(...known.names) }] : []),
    { weight: 1, arbitrary: fc.constantFrom('nobody', '..', '%', '__proto__', 'a\u0000') },
    { weight: 1, arbitrary: fc.string({ maxLength: 90 }) },
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

type Made = { parts: string[]; query: Record<string, unknown>; body?: unknown; headers: Record<string, string> };

/**
 * Asks, and judges whatever is answered: in time, no fault of the server, as documented, and none of the secrets in it.
 * @returns the status
 */
export async function askAndJudge(
  as: { url: string; key: string | null; planted: readonly string[] },
  name: string,
  route: Route,
  made: Made,
): Promise<number> {
  const sent = typeof made.body === 'string' ? made.body : JSON.stringify(made.body);
  const response = await fetch(`${as.url}${addressOf(route, made.parts, made.query)}`, {
    method: route.method,
    headers: {
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...made.headers,
      ...(as.key === null ? {} : { authorization: `Bearer ${as.key}` }),
    },
    signal: AbortSignal.timeout(20_000),
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await textOf(response);
  expect([response.status < 500 || [502, 503].includes(response.status), text.slice(0, 300)]).toEqual([
    true,
    text.slice(0, 300),
  ]);
  expect(as.planted.filter((secret) => text.includes(secret))).toEqual([]);
  if (response.status === route.status) route.answer?.parse(JSON.parse(text));
  else if (name !== 'readiness') expect(Problem.parse(JSON.parse(text)).status).toBe(response.status);
  return response.status;
}

/** All of an answer; of a stream of events, which has no end, what its head comes with. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const reader = response.body?.getReader();
  const first = await Promise.race([reader?.read(), setTimeout(500)]);
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}
