import { describe } from 'vitest';
import { startServerInside } from '../support/server-inside.ts';
import { startServer } from '../support/server-process.ts';
import { describeRolloutCrashes } from './crashes.ts';

describe('in this process', () => describeRolloutCrashes(startServerInside));
describe('as a process', () => describeRolloutCrashes(startServer, ['rollout.store.after']));
