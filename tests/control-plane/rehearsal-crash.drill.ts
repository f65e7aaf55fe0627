import { describeRehearsalCrashes } from './rehearsal-crashes.ts';
import { startServer } from './support/server-process.ts';

describeRehearsalCrashes(startServer);
