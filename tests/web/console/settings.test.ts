import { expect, test } from 'vitest';
import { RolloutChange } from '../../../control-plane/api/contract/index.ts';
import {
  changeOf,
  NO_SETTINGS,
  type StoreSettings,
  settingsDifferences,
} from '../../../web/console/screens/rollouts/settings.ts';

const line = (name: string, value: string, isRemoved = false) => ({ id: 0, name, value, isRemoved });
const limits = { memoryMb: 256, cpus: 0.5, pids: 128 };

test('only what was filled in is asked for, and nothing is no change', () => {
  expect(changeOf(NO_SETTINGS)).toBeUndefined();
  expect(changeOf({ ...NO_SETTINGS, variables: [line(' ', 'x')] })).toBeUndefined();
  const change = changeOf({
    ...NO_SETTINGS,
    cpus: '0.25',
    variables: [line(' LOG_LEVEL ', 'warn'), line('EMPTY', ''), line('OLD', 'typed before', true), line('', 'x')],
  });
  expect(change).toEqual({
    kind: 'configuration',
    env: { LOG_LEVEL: 'warn', EMPTY: '', OLD: null },
    limits: { cpus: 0.25 },
  });
  expect(changeOf({ ...NO_SETTINGS, pids: '99' })).toEqual({ kind: 'configuration', limits: { pids: 99 } });
  expect(RolloutChange.safeParse(change).success).toBe(true);
});

test('the review counts what stores have now, the most frequent first', () => {
  const change = { kind: 'configuration', env: { LOG_LEVEL: 'warn', OLD: null }, limits: { memoryMb: 300 } } as const;
  const stores: StoreSettings[] = [
    { env: {}, limits },
    { env: { LOG_LEVEL: 'debug', OLD: '1' }, limits: { ...limits, memoryMb: 512 } },
    { env: { LOG_LEVEL: 'debug' }, limits },
  ];
  expect(settingsDifferences(change, stores)).toEqual([
    {
      field: 'LOG_LEVEL',
      before: [
        { value: 'debug', stores: 2 },
        { value: null, stores: 1 },
      ],
      after: 'warn',
    },
    {
      field: 'OLD',
      before: [
        { value: null, stores: 2 },
        { value: '1', stores: 1 },
      ],
      after: null,
    },
    {
      field: 'memoryMb',
      before: [
        { value: '256', stores: 2 },
        { value: '512', stores: 1 },
      ],
      after: '300',
    },
  ]);
});
