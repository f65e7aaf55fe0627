import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { DROPPED, type Faults } from '../faults/injector.ts';
import type { FaultView } from '../faults/rules.ts';
import { callerGone, dropConnection } from '../http.ts';
import type { Pakasir } from './index.ts';
import type { Order } from './ledger.ts';
import { orderBody, orderQuery, PakasirError, type Project, type Transaction } from './types.ts';

type Answer = { status: number; body: unknown };
type Call = { project: Project; order: Order; params: Record<string, string> };

/** Pakasir's four documented calls, below `/pakasir/api`. */
export function pakasirRoutes(pakasir: Pakasir, faults: Faults) {
  const { ledger } = pakasir;

  /** Parses, authorises, lets faults happen, writes the call down. */
  const route =
    (method: string, schema: z.ZodType<z.infer<typeof orderBody>>, run: (call: Call) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const params = request.method === 'GET' ? request.query : request.body;
      const orderId = String((params as { order_id?: unknown } | null)?.order_id ?? '');
      let reached = false;
      const record = ({ status, body }: Answer) => pakasir.record({ method, orderId, params, status, response: body });
      const attempt = async (): Promise<Answer> => {
        const answer = serve(() => {
          const parsed = schema.safeParse(params);
          if (!parsed.success) throw new PakasirError(400, complaint(parsed.error));
          const { project: slug, api_key, order_id, amount } = parsed.data;
          const project = pakasir.authorised(slug, api_key);
          pakasir.rates.spend(method, slug, order_id);
          const order = { project: slug, orderId: order_id, amount };
          return run({ project, order, params: request.params as Record<string, string> });
        });
        reached = true;
        record(answer);
        return answer;
      };
      const subject = { target: 'pakasir' as const, method, orderId, params };
      const answer = await faults.around(subject, attempt, faultAnswer, callerGone(reply));
      if (!reached) record(answer === DROPPED ? { status: 0, body: undefined } : answer);
      if (answer === DROPPED) return dropConnection(request, reply);
      return reply.code(answer.status).send(answer.body);
    };

  return async (app: FastifyInstance) => {
    app.post(
      '/api/transactioncreate/:method',
      route('transactioncreate', orderBody, ({ project, order, params }) => ({
        payment: paymentView(ledger.create(project, order, params.method ?? '')),
      })),
    );
    app.get(
      '/api/transactiondetail',
      route('transactiondetail', orderQuery, ({ order }) => ({ transaction: detailView(ledger.find(order)) })),
    );
    app.post(
      '/api/transactioncancel',
      route('transactioncancel', orderBody, ({ order }) => {
        ledger.cancel(ledger.find(order));
        return { success: true };
      }),
    );
    app.post(
      '/api/paymentsimulation',
      route('paymentsimulation', orderBody, ({ order }) => {
        pakasir.pay(ledger.find(order));
        return { success: true };
      }),
    );
  };
}

function serve(run: () => unknown): Answer {
  try {
    return { status: 200, body: run() };
  } catch (error) {
    if (error instanceof PakasirError) return { status: error.status, body: { error: error.message } };
    throw error;
  }
}

function complaint(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${String(issue?.path[0] ?? 'body')}: ${issue?.message ?? 'invalid'}`;
}

function faultAnswer(rule: FaultView): Answer {
  if (rule.kind === 'answer') return { status: rule.status ?? 200, body: rule.body };
  const status = rule.kind === '5xx' ? (rule.status ?? 502) : Number(rule.kind);
  return { status, body: { error: rule.description ?? `Simulated ${status}` } };
}

const paymentView = (transaction: Transaction) => ({
  project: transaction.project,
  order_id: transaction.orderId,
  amount: transaction.amount,
  fee: transaction.fee,
  total_payment: transaction.total,
  payment_method: transaction.method,
  payment_number: transaction.number,
  expired_at: transaction.expiredAt,
});

const detailView = (transaction: Transaction) => ({
  amount: transaction.amount,
  order_id: transaction.orderId,
  project: transaction.project,
  status: transaction.status,
  payment_method: transaction.method,
  ...(transaction.completedAt ? { completed_at: transaction.completedAt } : {}),
});
