import { describeCrashes } from './crashes.ts';
import { startServer } from './support/server-process.ts';

describeCrashes(startServer, 'each');
