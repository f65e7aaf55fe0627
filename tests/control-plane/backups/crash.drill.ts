import { startServer } from '../support/server-process.ts';
import { describeBackupCrashes } from './crashes.ts';

describeBackupCrashes(startServer);
