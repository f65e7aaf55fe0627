import { z } from 'zod';
import { faultRule } from '../faults/rules.ts';
import type { Sandbox } from '../types.ts';
import { type Declare, waitMillis } from './route.ts';

const faultParams = z.object({ fault: z.string() });
const wait = z.strictObject({
  what: z.enum(['fired', 'held']),
  count: z.int().min(1).default(1),
  timeoutMillis: waitMillis,
});

/** What goes wrong, on demand. */
export function faultRoutes({ faults }: Sandbox, declare: Declare): void {
  declare(
    'POST',
    '/faults',
    'add a rule {target, kind, method?, token?, chatId?, orderId?, contains?, times?, skip?, …}',
    { body: faultRule },
    ({ body }) => faults.add(body),
  );
  declare('GET', '/faults', 'list the rules and what they did', {}, () => faults.list());
  declare('DELETE', '/faults', 'remove all rules and let go of what they hold', {}, () => faults.clear());
  declare(
    'DELETE',
    '/faults/:fault',
    'remove a rule and let go of what it holds',
    { params: faultParams },
    ({ params }) => ({
      removed: faults.remove(params.fault),
    }),
  );
  declare(
    'POST',
    '/faults/:fault/release',
    'let go of the calls that a rule holds',
    { params: faultParams },
    ({ params }) => ({
      released: faults.release(params.fault),
    }),
  );
  declare(
    'POST',
    '/faults/:fault/wait',
    'long poll until a rule has fired, or holds, count calls {what, count?, timeoutMillis}',
    { params: faultParams, body: wait },
    async ({ params, body }) => ({
      found: (await faults.waitFor(params.fault, body.what, body.count, body.timeoutMillis)) ?? null,
    }),
  );
}
