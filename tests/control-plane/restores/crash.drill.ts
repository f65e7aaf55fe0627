import { startServer } from '../support/server-process.ts';
import { describeRestoreCrashes } from './crashes.ts';

describeRestoreCrashes(startServer, 'each');
