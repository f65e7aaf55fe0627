import { describe } from 'vitest';
import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeBroadcastCrashes } from './broadcast-crashes.ts';

describe('in this process', () => describeBroadcastCrashes(startInside));
describe('as a process', () => describeBroadcastCrashes(startAsProcess, ['broadcast.sent']));
