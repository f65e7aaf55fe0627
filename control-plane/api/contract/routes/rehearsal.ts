import { accepted, type Route } from './route.ts';

export const REHEARSAL_ROUTES = {
  rehearseTenant: {
    ...accepted,
    method: 'POST',
    path: '/v1/tenants/:store/rehearse',
    summary: 'Go through the checklist before a store opens its doors; it is away for a moment meanwhile',
  },
} as const satisfies Record<string, Route>;
