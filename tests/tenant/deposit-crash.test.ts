import { describe } from 'vitest';
import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeDepositCrashes } from './deposit-crashes.ts';

describe('in this process', () => describeDepositCrashes(startInside));
describe('as a process', () => describeDepositCrashes(startAsProcess, ['payment.settling']));
