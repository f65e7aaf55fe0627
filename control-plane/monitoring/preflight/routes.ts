import { ROUTES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import type { Rehearsals } from './service.ts';

export function rehearsalRoutes(define: Define, rehearsals: Rehearsals): void {
  define(ROUTES.rehearseTenant, async ({ param, caller }) => ({
    operation: await rehearsals.start(param('store'), caller),
  }));
}
