import { expect, test } from 'vitest';
import type { IncidentRow } from '../../../control-plane/alerts/index.ts';
import type { Mute } from '../../../control-plane/owner-bot/mutes-sql.ts';
import { nextSaying } from '../../../control-plane/owner-bot/saying/next.ts';
import type { OwnerMessage } from '../../../control-plane/owner-messages/index.ts';

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
  ...{ acknowledged_at: null, acknowledged_by: null, acknowledged_name: null },
});
const opened = (id: number, incidentId: number): OwnerMessage => ({
  ...{ id, chatId: 1, source: '', storeName: null, text: null, incidentId, part: 'opened' },
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
  expect(nextSaying([opened(11, 1), opened(12, 2)], incidents, of)?.ids).toEqual(ids);
});
