import { expect, test } from 'vitest';
import type { IncidentRow } from '../../../control-plane/monitoring/alerts/index.ts';
import { composeNext } from '../../../control-plane/people/owner-bot/messages/compose.ts';
import { createAlertLimiter } from '../../../control-plane/people/owner-bot/messages/mailbox.ts';
import type { Mute } from '../../../control-plane/people/owner-bot/mutes-sql.ts';
import type { OwnerMessage } from '../../../control-plane/people/owner-messages/index.ts';

const NOW = new Date('2026-05-02T03:00:00Z');
const incident = (id: number, tenantId: string): IncidentRow => ({
  ...{
    id,
    key: `k${id}`,
    kind: 'health',
    severity: 'warn',
    tenant_id: tenantId,
    store: tenantId,
    store_name: tenantId,
  },
  ...{ detail: '', opened_at: NOW, closed_at: null, seen_at: NOW, seen: 1, let_go: false },
  ...{ acknowledged_at: null, acknowledged_by: null, acknowledged_name: null, key_name: null },
});
const opened = (id: number, incidentId: number): OwnerMessage => ({
  ...{ id, chatId: 1, store: null, source: '', storeName: null, text: null, incidentId, part: 'opened' },
});
const mute = (tenantId: string | null): Mute => ({
  ...{ id: 1, chatId: 1, tenantId, store: tenantId, storeName: tenantId, begunAt: NOW, until: NOW },
});

test.each([
  ['one store', 'satu', [11]],
  ['everything', null, [11, 12]],
])('the end of a mute of %s sums up what was held back for it, and nothing else', (_, tenantId, ids) => {
  const incidents = new Map([incident(1, 'satu'), incident(2, 'dua')].map((one) => [one.id, one]));
  const of = { mute: mute(tenantId), spokeLast: undefined, mayAlert: true, now: NOW, moment: () => '' };
  expect(composeNext([opened(11, 1), opened(12, 2)], incidents, of)?.ids).toEqual(ids);
});

test('ten alerts in a minute reach a chat one by one, and what comes on top waits for the first to be a minute old', () => {
  let now = 0;
  const gate = createAlertLimiter(() => now);
  for (; now < 10_000; now += 1_000) {
    expect(gate.waitMs(1)).toBe(0);
    gate.pass(1);
  }
  expect([gate.waitMs(1), gate.waitMs(2)]).toEqual([50_000, 0]);
  now = 59_999;
  expect(gate.waitMs(1)).toBe(1);
  now = 60_000;
  expect(gate.waitMs(1)).toBe(0);
  gate.pass(1);
  expect(gate.waitMs(1)).toBe(1_000);
});

test('a chat whose alerts wait still hears what stores say themselves', () => {
  const incidents = new Map([[1, incident(1, 'satu')]]);
  const words: OwnerMessage = {
    ...opened(12, 1),
    incidentId: null,
    part: null,
    store: null,
    source: 'dua',
    text: 'Stok habis',
  };
  const of = { mute: undefined, spokeLast: undefined, now: NOW, moment: () => '' };
  expect(composeNext([opened(11, 1), words], incidents, { ...of, mayAlert: true })?.ids).toEqual([11]);
  expect(composeNext([opened(11, 1), words], incidents, { ...of, mayAlert: false })?.ids).toEqual([12]);
  expect(composeNext([opened(11, 1)], incidents, { ...of, mayAlert: false })).toBeUndefined();
});
