import { startServer } from './support/server-process.ts';
import { describeUpgradeCrashes } from './upgrade-crashes.ts';

describeUpgradeCrashes(startServer);
