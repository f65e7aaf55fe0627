import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyCreated, KeyScope, Operation } from '../../control-plane/api/contract/index.ts';
import { type Api, acceptStore } from './support/api.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

/** A name is a text, whatever it looks like. */
const HOSTILE = `<b onclick="x">'; DROP TABLE api_keys; --`;

let plane: TestPlane;
let named: { api: Api; actor: string; id: string };
let operation: Operation;
beforeAll(async () => {
  plane = await startPlane();
  named = await keyNamed(HOSTILE, 'operator');
  operation = (await acceptStore({ api: named.api, newBot: plane.newBot }, 'Warung')).operation;
  await plane.api.ended(operation.id);
});
afterAll(() => plane.close());

async function keyNamed(name: string, scope: KeyScope) {
  const { body } = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name, scope });
  return { api: plane.api.as(body.key), actor: `key:${body.apiKey.id}`, id: body.apiKey.id };
}

type Answered = Record<string, Record<string, unknown>[]>;
const first = async (api: Api, path: string, list: string) =>
  (await api.call<Answered>('GET', path)).body[list]?.[0] as Record<string, unknown>;

test('whoever asked for an operation or a rollout is told by name, also to a viewer', async () => {
  const viewer = await keyNamed('a viewer', 'viewer');
  const asked = { requestedBy: named.actor, requestedByName: HOSTILE };
  expect(operation).toMatchObject(asked);
  expect(await first(viewer.api, '/v1/operations', 'operations')).toMatchObject(asked);
  expect((await viewer.api.call('GET', `/v1/operations/${operation.id}`)).body).toMatchObject(asked);
  const events = await viewer.api.call<string>('GET', `/v1/operations/${operation.id}/events`);
  expect(events.body).toContain(JSON.stringify(HOSTILE));

  const request = { change: { kind: 'resume' }, target: { stores: [operation.store] } };
  const { body: rollout } = await named.api.call<{ id: string }>('POST', '/v1/rollouts', request);
  expect(rollout).toMatchObject(asked);
  expect((await viewer.api.call('GET', `/v1/rollouts/${rollout.id}`)).body).toMatchObject(asked);
  expect(await first(viewer.api, '/v1/rollouts', 'rollouts')).toMatchObject(asked);
});

test('whoever acknowledged an incident, and whoever changed something, is told by name', async () => {
  await plane.db.query(
    `INSERT INTO incidents (key, kind, severity, detail, opened_at, seen_at)
     VALUES ('names', 'test', 'error', 'of a test', now(), now())`,
  );
  const incident = await first(plane.api, '/v1/incidents', 'incidents');
  expect(incident).toMatchObject({ acknowledgedBy: null, acknowledgedByName: null });
  const taken = { acknowledgedBy: named.actor, acknowledgedByName: HOSTILE };
  expect((await named.api.call('POST', `/v1/incidents/${incident.id}/acknowledge`)).body).toMatchObject(taken);
  expect(await first(plane.api, '/v1/incidents', 'incidents')).toMatchObject(taken);
  expect(await first(plane.api, `/v1/audit?actor=${named.actor}`, 'entries')).toMatchObject({
    actor: named.actor,
    actorName: HOSTILE,
  });
});

test('a key that was revoked keeps its name; whoever is no key has none', async () => {
  expect((await plane.api.call('DELETE', `/v1/api-keys/${named.id}`)).status).toBe(200);
  const shown = await plane.api.call('GET', `/v1/operations/${operation.id}`);
  expect(shown.body).toMatchObject({ requestedBy: named.actor, requestedByName: HOSTILE });
  for (const by of ['system', 'telegram:42', 'key:', 'key:no-such-key', named.id]) {
    await plane.db.query('UPDATE operations SET requested_by = $1 WHERE id = $2', [by, operation.id]);
    const { body } = await plane.api.call('GET', `/v1/operations/${operation.id}`);
    expect(body).toMatchObject({ requestedBy: by, requestedByName: null });
  }
});
