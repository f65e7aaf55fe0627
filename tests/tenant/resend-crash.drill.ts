import { startAsProcess } from '../support/store-inside.ts';
import { describeResendCrashes } from './resend-crashes.ts';

describeResendCrashes(startAsProcess);
