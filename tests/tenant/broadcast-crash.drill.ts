import { startAsProcess } from '../support/store-inside.ts';
import { describeBroadcastCrashes } from './broadcast-crashes.ts';

describeBroadcastCrashes(startAsProcess);
