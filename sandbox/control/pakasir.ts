import { z } from 'zod';
import { patchFields } from '../faults/rules.ts';
import { WEBHOOK_CONTENT_TYPES } from '../pakasir/types.ts';
import type { Sandbox } from '../types.ts';
import { type Declare, waitMillis } from './route.ts';

const project = z.strictObject({
  slug: z.string().min(1),
  apiKey: z.string().min(1),
  name: z.string().optional(),
  webhookUrl: z.string().optional(),
  secret: z.string().optional(),
  webhookContentType: z.enum(WEBHOOK_CONTENT_TYPES).optional(),
  /** Off: payments are notified only by POST …/notify. */
  notify: z.boolean().optional(),
  expiryMinutes: z.number().positive().optional(),
  sandbox: z.boolean().optional(),
  feeBearer: z.enum(['customer', 'merchant']).optional(),
});
const projectParams = z.object({ slug: z.string() });
const orderParams = z.object({ order: z.string() });
const forgery = z.strictObject({
  url: z.string().optional(),
  ...patchFields,
  body: z.unknown().optional(),
  secret: z.string().nullable().optional(),
  contentType: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

export type ForgeryInput = z.input<typeof forgery>;

/** The other side of the payment gateway. */
export function pakasirControlRoutes({ pakasir }: Sandbox, declare: Declare): void {
  const { ledger, notifier } = pakasir;
  declare(
    'POST',
    '/pakasir/projects',
    'create or change a project {slug, apiKey, webhookUrl?, secret?, webhookContentType?, notify?, expiryMinutes?, sandbox?, feeBearer?}',
    { body: project },
    ({ body }) => pakasir.createProject(body),
  );
  declare(
    'POST',
    '/pakasir/notifying',
    'whether payments are notified, for every project {notify}',
    { body: z.strictObject({ notify: z.boolean() }) },
    ({ body }) => {
      for (const { slug, apiKey } of pakasir.projects()) pakasir.createProject({ slug, apiKey, ...body });
    },
  );
  declare('GET', '/pakasir/projects', 'list the projects', {}, () => pakasir.projects());
  declare('GET', '/pakasir/transactions', 'list the transactions', {}, () => ledger.list());
  declare(
    'GET',
    '/pakasir/transactions/:order',
    'a transaction, by the id of its order or its own',
    { params: orderParams },
    ({ params }) => pakasir.transaction(params.order),
  );
  declare(
    'POST',
    '/pakasir/transactions/:order/pay',
    'pay it, late or not; {force: true} also what is canceled or paid; the webhook follows',
    { params: orderParams, body: z.strictObject({ force: z.boolean().optional() }) },
    ({ params, body }) => pakasir.pay(pakasir.transaction(params.order), body),
  );
  declare(
    'POST',
    '/pakasir/transactions/:order/expire',
    'move its expiry to now',
    { params: orderParams },
    ({ params }) => {
      const transaction = pakasir.transaction(params.order);
      ledger.expire(transaction);
      return transaction;
    },
  );
  declare('POST', '/pakasir/transactions/:order/cancel', 'cancel it', { params: orderParams }, ({ params }) => {
    const transaction = pakasir.transaction(params.order);
    ledger.cancel(transaction);
    return transaction;
  });
  declare(
    'POST',
    '/pakasir/transactions/:order/notify',
    'send its webhook once now, true, again, or forged {url?, changes?, without?, spelled?, body?, secret?, contentType?, headers?}; answers what came back',
    { params: orderParams, body: forgery },
    ({ params, body }) => {
      const transaction = pakasir.transaction(params.order);
      return notifier.send(pakasir.project(transaction.project), transaction, body);
    },
  );
  declare(
    'POST',
    '/pakasir/projects/:slug/notify',
    'send a forged webhook to a project {body, url?, secret?, contentType?, headers?}',
    { params: projectParams, body: forgery },
    ({ params, body }) => notifier.send(pakasir.project(params.slug), undefined, body),
  );
  declare(
    'POST',
    '/pakasir/transactions/:order/wait',
    'long poll until the transaction has a status {status, timeoutMillis}',
    { params: orderParams, body: z.strictObject({ status: z.string(), timeoutMillis: waitMillis }) },
    async ({ params, body }) => ({
      found: (await ledger.waitFor(params.order, body.status, body.timeoutMillis)) ?? null,
    }),
  );
  declare(
    'GET',
    '/pakasir/calls',
    'calls of the API ?method&orderId&since',
    {
      body: z.object({
        method: z.string().optional(),
        orderId: z.string().optional(),
        since: z.coerce.number().default(0),
      }),
    },
    ({ body }) =>
      pakasir.calls
        .list()
        .filter(
          (call) =>
            call.seq > body.since &&
            (body.method === undefined || call.method === body.method) &&
            (body.orderId === undefined || call.orderId === body.orderId),
        ),
  );
  declare('GET', '/pakasir/notifications', 'webhooks sent so far, with the answers', {}, () => notifier.sent());
}
