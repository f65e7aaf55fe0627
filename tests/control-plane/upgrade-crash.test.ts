import { startServerInside } from './support/server-inside.ts';
import { describeUpgradeCrashes } from './upgrade-crashes.ts';

describeUpgradeCrashes(startServerInside);
