import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKeyCreated, KEY_SCOPES, ROUTES, type Route } from '../../control-plane/api/contract/index.ts';
import { askAndJudge, type Documented, requestsOf } from './support/fuzzing.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

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
});
afterAll(() => plane.close());

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
    const known = { names: route.method === 'GET' ? ['planted'] : [], weight: 1 };
    const property = fc.asyncProperty(requestsOf(route, documented as Documented, known), async (made) => {
      await askAndJudge({ url: plane.url, key: keys[made.who] ?? null, planted }, name, route, made);
    });
    await fc.assert(property, { seed: SEED, numRuns: 25, endOnFailure: true });
  }
});
