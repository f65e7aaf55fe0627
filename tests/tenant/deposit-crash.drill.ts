import { startAsProcess } from '../support/store-inside.ts';
import { describeDepositCrashes } from './deposit-crashes.ts';

describeDepositCrashes(startAsProcess);
