import { describe } from 'vitest';
import { describeCrashes } from './crashes.ts';
import { startServerInside } from './support/server-inside.ts';
import { startServer } from './support/server-process.ts';

describe('in this process', () => describeCrashes(startServerInside, 'in turn'));
describe('as a process', () => describeCrashes(startServer, { only: 'files.after' }));
