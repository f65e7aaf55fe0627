import { startServerInside } from '../support/server-inside.ts';
import { describeRestoreCrashes } from './crashes.ts';

describeRestoreCrashes(startServerInside, 'in turn');
