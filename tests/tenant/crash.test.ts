import { startAsProcess, startInside } from '../support/store-inside.ts';
import { describeCrashes } from './crashes.ts';

describeCrashes(startInside);
describeCrashes(startAsProcess, ['delivery.recorded']);
