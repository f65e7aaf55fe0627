import { describe } from 'vitest';
import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeResendCrashes } from './resend-crashes.ts';

describe('in this process', () => describeResendCrashes(startInside));
describe('as a process', () => describeResendCrashes(startAsProcess, ['delivery.filled']));
