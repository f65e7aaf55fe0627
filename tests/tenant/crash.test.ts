import { describe } from 'vitest';
import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeCrashes } from './crashes.ts';

describe('in this process', () => describeCrashes(startInside));
describe('as a process', () => describeCrashes(startAsProcess, ['delivery.recorded']));
