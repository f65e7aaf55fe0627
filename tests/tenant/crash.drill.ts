import { startAsProcess } from '../support/store-inside.ts';
import { describeCrashes } from './crashes.ts';

describeCrashes(startAsProcess);
