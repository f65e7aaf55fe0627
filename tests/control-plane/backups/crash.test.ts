import { startServerInside } from '../support/server-inside.ts';
import { describeBackupCrashes } from './crashes.ts';

describeBackupCrashes(startServerInside);
