import { describeMoveCrashes } from './move-crashes.ts';
import { startServerInside } from './support/server-inside.ts';

describeMoveCrashes(startServerInside, 'its own steps');
