import { expect, test } from 'vitest';
import type { Observation } from '../../control-plane/fleet/drivers/index.ts';
import { whyGone } from '../../control-plane/fleet/tenants/steps/watch.ts';

const first: Observation = { store: 'warung', state: 'running', id: 'a', restarts: 0 };

test('a runtime that runs on is watched further', () => {
  expect(whyGone(first, { ...first })).toBeUndefined();
});

test.each([
  ['was restarted between two looks', { restarts: 1 }],
  ['is another one than at first', { id: 'b' }],
  ['is being restarted', { state: 'restarting' }],
  ['is gone', { state: 'missing', id: undefined }],
] as const)('a runtime that %s ended, also when it serves again', (_, change) => {
  expect(whyGone(first, { ...first, ...change } as Observation)).toBe('its runtime ended');
});

test('how it ended is said', () => {
  const exit = { code: 4, outOfMemory: false };
  expect(whyGone(first, { ...first, restarts: 1, exit })).toBe('its runtime ended with exit code 4');
});
