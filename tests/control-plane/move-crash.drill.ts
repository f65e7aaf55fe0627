import { describeMoveCrashes } from './move-crashes.ts';
import { startServer } from './support/server-process.ts';

describeMoveCrashes(startServer, 'every step');
