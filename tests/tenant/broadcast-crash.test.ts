import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeBroadcastCrashes } from './broadcast-crashes.ts';

describeBroadcastCrashes(startInside);
describeBroadcastCrashes(startAsProcess, ['broadcast.sent']);
