import { describeCloneCrashes } from './clone-crashes.ts';
import { startServer } from './support/server-process.ts';

describeCloneCrashes(startServer);
