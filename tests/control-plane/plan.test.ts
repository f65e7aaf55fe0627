import { expect, test } from 'vitest';
import type { Observation } from '../../control-plane/fleet/drivers/index.ts';
import { type Intent, type Observed, plan } from '../../control-plane/fleet/reconciler/plan.ts';

const running: Intent = { desired: 'running', specHash: 'new', paused: false, handsOff: false };
const seen = (state: Observation['state'], more: Partial<Observation> = {}): Observed => ({
  runtime: { store: 's', state, ...(state === 'missing' ? {} : { specHash: 'new' }), ...more },
});
const notReady: Observed = { ...seen('running'), readiness: { ready: false, reason: 'telegram: silent' } };
const exit = { code: 1, outOfMemory: false };

test.each<[string, Partial<Intent>, Observed, readonly string[], string | undefined, RegExp | null]>([
  ['a healthy one is left alone', {}, seen('running'), [], 'running', null],
  ['a missing one is started', {}, seen('missing'), ['ensure'], 'degraded', /not running/],
  ['an ended one is started, and its end told', {}, seen('exited', { exit }), ['ensure'], 'degraded', /exit code 1/],
  [
    'one of another configuration is replaced',
    {},
    seen('running', { specHash: 'old' }),
    ['ensure'],
    'degraded',
    /another configuration/,
  ],
  [
    'a restarting one of another configuration too',
    {},
    seen('restarting', { specHash: 'old' }),
    ['ensure'],
    'degraded',
    /another/,
  ],
  [
    'one that the driver restarts keeps its turn',
    {},
    seen('restarting', { exit }),
    ['replace-ports'],
    'degraded',
    /exit code 1/,
  ],
  [
    'out of memory is said',
    {},
    seen('restarting', { exit: { ...exit, outOfMemory: true } }),
    ['replace-ports'],
    'degraded',
    /out of memory/,
  ],
  ['a starting one is waited for', {}, seen('starting'), [], 'degraded', /starting/],
  ['one that says it is not ready is degraded', {}, notReady, [], 'degraded', /telegram: silent/],
  ['one whose health check fails is degraded', {}, seen('running', { healthy: false }), [], 'degraded', /health check/],
  ['a stopped store that runs is stopped', { desired: 'stopped' }, seen('running'), ['stop'], 'stopped', null],
  ['one that restarts as well', { desired: 'stopped' }, seen('restarting'), ['stop'], 'stopped', null],
  ['a stopped store that rests is left alone', { desired: 'stopped' }, seen('exited'), [], 'stopped', null],
  ['a suspended store rests too', { desired: 'suspended' }, seen('missing'), [], 'suspended', null],
  ['a paused store is looked at only', { paused: true }, seen('missing'), [], 'degraded', /not running/],
  ['a paused store that should rest too', { paused: true, desired: 'stopped' }, seen('running'), [], 'stopped', null],
  ['an operation at work is not disturbed', { handsOff: true }, seen('missing'), [], undefined, null],
  ['a store that is being removed is not revived', { desired: 'removed' }, seen('missing'), [], undefined, null],
])('%s', (_sentence, intent, observed, actions, state, reason) => {
  const planned = plan({ ...running, ...intent }, observed);
  expect(planned.actions).toEqual(actions);
  expect(planned.state?.state).toBe(state);
  if (reason) expect(planned.state?.reason).toMatch(reason);
  else expect(planned.state?.reason ?? null).toBeNull();
});
