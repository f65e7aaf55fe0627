import {
  ListRolloutStoresQuery,
  ListRolloutsQuery,
  Rollout,
  RolloutPage,
  RolloutStorePage,
  StartRolloutRequest,
} from '../rollouts.ts';
import type { Route } from './route.ts';

/** A change of a rollout's course: the answer is the rollout as it is then. */
const turned = { method: 'POST', scope: 'operator', status: 200, answer: Rollout } as const;

export const ROLLOUT_ROUTES = {
  startRollout: {
    method: 'POST',
    path: '/v1/rollouts',
    scope: 'operator',
    summary: 'Change many stores, a canary first, then in waves',
    status: 202,
    body: StartRolloutRequest,
    answer: Rollout,
  },
  listRollouts: {
    method: 'GET',
    path: '/v1/rollouts',
    scope: 'viewer',
    summary: 'Rollouts, newest first',
    status: 200,
    query: ListRolloutsQuery,
    answer: RolloutPage,
  },
  showRollout: {
    method: 'GET',
    path: '/v1/rollouts/:id',
    scope: 'viewer',
    summary: 'One rollout',
    status: 200,
    answer: Rollout,
  },
  listRolloutStores: {
    method: 'GET',
    path: '/v1/rollouts/:id/stores',
    scope: 'viewer',
    summary: 'The stores of a rollout, in the order in which they come',
    status: 200,
    query: ListRolloutStoresQuery,
    answer: RolloutStorePage,
  },
  pauseRollout: {
    ...turned,
    path: '/v1/rollouts/:id/pause',
    summary: 'Begin no more stores; what is at work ends',
  },
  resumeRollout: {
    ...turned,
    path: '/v1/rollouts/:id/resume',
    summary: 'Go on with a paused or halted rollout; its failed stores are tried again',
  },
  abortRollout: {
    ...turned,
    path: '/v1/rollouts/:id/abort',
    summary: 'End a rollout; stores that are done stay as they are',
  },
  revertRollout: {
    ...turned,
    path: '/v1/rollouts/:id/revert',
    summary: 'Bring the stores that are done back to what they were before it',
  },
} as const satisfies Record<string, Route>;
