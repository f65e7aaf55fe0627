import { expect, test } from 'vitest';
import {
  CreateApiKeyRequest,
  CreateTenantRequest,
  ListAuditQuery,
  ReportEventsRequest,
  SuspendTenantRequest,
  UpdateTenantRequest,
} from '../../control-plane/api/contract/index.ts';

const store = {
  store: 'warung',
  telegramBotToken: `123456:${'a'.repeat(35)}`,
  adminIds: [1],
  pakasir: { slug: 'demo', apiKey: 'kunci-rahasia' },
};
const event = { id: '7f2c8a36-6b0e-4d0a-9a3b-0d1f6f0f7d11', kind: 'money', severity: 'info', text: 'x' };

const takes = {
  'a name of a store': (storeName: string) => CreateTenantRequest.safeParse({ ...store, storeName }),
  'a name of a key': (name: string) => CreateApiKeyRequest.safeParse({ name, scope: 'viewer' }),
  'a reason': (reason: string) => SuspendTenantRequest.safeParse({ reason }),
  'an image': (image: string) => CreateTenantRequest.safeParse({ ...store, image }),
  'the end of a rent': (paidUntil: string) => UpdateTenantRequest.safeParse({ paidUntil }),
  'a time to begin at': (since: string) => ListAuditQuery.safeParse({ since }),
  'the time of an event': (at: string) => ReportEventsRequest.safeParse({ events: [{ ...event, at }] }),
};

const TEXTS = {
  good: ['Warung Budi 🛍', 'محمد', '  x  '],
  bad: ['a\nb', '\u200B\u2066', 'a\u001b[2J', 'x\u2028y', ' '],
};
const TIMES = {
  good: ['2026-11-30T00:00:00Z', '2099-12-31T23:59:59Z'],
  bad: ['0000-01-01T00:00:00Z', '1999-12-31T23:59:59Z', '2100-01-01T00:00:00Z', '+275760-09-13T00:00:00Z'],
};

test.each([
  ['a name of a store', TEXTS],
  ['a name of a key', TEXTS],
  ['a reason', TEXTS],
  [
    'an image',
    {
      good: ['lapak/tenant-runtime:1.2', 'localhost:5000/a/b@sha256:0123abcd', 'sha256:0123'],
      bad: ['--privileged', 'a b', '', '$(id)', 'a\nb', 'x'.repeat(256)],
    },
  ],
  ['the end of a rent', { good: [...TIMES.good, '2027-02-28'], bad: [...TIMES.bad, '0001-01-01', '9999-12-31'] }],
  ['a time to begin at', TIMES],
  ['the time of an event', TIMES],
] as const)('%s is taken within its bounds only', (name, { good, bad }) => {
  for (const text of good) expect([text, takes[name](text).success]).toEqual([text, true]);
  for (const text of bad) expect([text, takes[name](text).success]).toEqual([text, false]);
});

test('a store is given a bounded number of settings, each of a bounded name', () => {
  const env = (count: number, name = 'KEY') =>
    UpdateTenantRequest.safeParse({
      env: Object.fromEntries(Array.from({ length: count }, (_, n) => [name + n, 'x'])),
    });
  expect([env(100).success, env(101).success, env(1, 'K'.repeat(64)).success]).toEqual([true, false, false]);
});
