import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyCreated } from '../../../control-plane/api/contract/index.ts';
import { startPlane, type TestPlane } from '../../control-plane/support/plane.ts';
import { fillFleet, openConsole } from './support.ts';

const NAME = '<img src=x onerror="document.title=1"> Siti';

let plane: TestPlane;
let actor: string;
beforeAll(async () => {
  plane = await startPlane();
  await fillFleet(plane, 1);
  const made = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: NAME, scope: 'operator' });
  actor = `key:${made.body.apiKey.id}`;
  await plane.db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at, finished_at)
     SELECT gen_random_uuid()::text, id, store, 'backup', 'succeeded', '{}', $1, now(), now() FROM tenants`,
    [actor],
  );
  await plane.db.query(
    `INSERT INTO incidents (key, kind, severity, detail, opened_at, seen_at)
     VALUES ('names', 'test', 'error', 'of a test', now(), now())`,
  );
  const incidents = await plane.api.call<{ incidents: { id: number }[] }>('GET', '/v1/incidents');
  const taken = await plane.api
    .as(made.body.key)
    .call('POST', `/v1/incidents/${incidents.body.incidents[0]?.id}/acknowledge`);
  expect(taken.status).toBe(200);
});
afterAll(() => plane.close());

test('who did something is shown by the name of the key beside its id, and the name is text', async () => {
  const { page, complaints } = await openConsole(plane, '/operations');
  for (const path of ['/operations', '/incidents', `/audit?actor=${actor}`]) {
    await page.goto(`${plane.url}/console${path}`);
    const who = page.getByTitle(actor).first();
    await who.getByText(NAME).waitFor();
    await who.getByText(actor).waitFor();
  }
  expect(await page.locator('main img').count()).toBe(0);
  expect(complaints).toEqual([]);
});
