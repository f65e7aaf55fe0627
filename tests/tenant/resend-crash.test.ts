import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeResendCrashes } from './resend-crashes.ts';

describeResendCrashes(startInside);
describeResendCrashes(startAsProcess, ['delivery.filled']);
