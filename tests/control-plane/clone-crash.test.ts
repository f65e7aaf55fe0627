import { describeCloneCrashes } from './clone-crashes.ts';
import { startServerInside } from './support/server-inside.ts';

describeCloneCrashes(startServerInside);
