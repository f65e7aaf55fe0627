import { describeRehearsalCrashes } from './rehearsal-crashes.ts';
import { startServerInside } from './support/server-inside.ts';

describeRehearsalCrashes(startServerInside);
