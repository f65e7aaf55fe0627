import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { DROPPED, type Faults } from '../faults/injector.ts';
import type { FaultView } from '../faults/rules.ts';
import { callerGone, dropConnection } from '../http.ts';
import { createdAnswer, patched, statusAnswer } from './answers.ts';
import type { Pakasir } from './index.ts';
import { feesOf } from './methods.ts';
import { createBody, PakasirError, type Project } from './types.ts';

type Answer = { status: number; body: unknown };
type Params = Record<string, string>;
type Call = { project: Project; params: Params; body: unknown; link: (txnId: string) => string };

/** API v1, which ended on 20 October 2026. */
const V1_CALLS = ['transactioncreate', 'transactiondetail', 'transactioncancel', 'paymentsimulation'];
const LONGEST_ORDER_ID = 100;

/**
 * Pakasir's API v2, below `/pakasir/api/v2`, and what its own page calls to pay in sandbox mode. For faults and in the
 * list of calls they are `create`, `status`, `cancel`, `fee` and `simulate`; a call of v1 is `v1`.
 */
export function pakasirRoutes(pakasir: Pakasir, faults: Faults) {
  const { ledger } = pakasir;

  /** Lets faults happen to a call, and writes it down. */
  const route =
    (method: string, run: (params: Params, request: FastifyRequest) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const path = request.params as Params;
      const transaction = path.txn === undefined ? undefined : ledger.byTxnId(path.txn);
      const orderId = path.order ?? transaction?.orderId ?? '';
      const params = { ...path, body: parsed(request.body) };
      const write = ({ status, body }: Answer) =>
        pakasir.record({ method, orderId, txnId: path.txn ?? '', params, status, response: body });
      let written: ReturnType<typeof write> | undefined;
      const attempt = async (): Promise<Answer> => {
        const answer = serve(() => run(path, request));
        written = write(answer);
        return answer;
      };
      const subject = { target: 'pakasir' as const, method, orderId, params };
      const answer = await faults.around(subject, attempt, faultAnswer, callerGone(reply), patchedAnswer);
      written ??= write(answer === DROPPED ? { status: 0, body: undefined } : answer);
      if (answer === DROPPED) return dropConnection(request, reply);
      written.response = answer.body;
      return reply.code(answer.status).send(answer.body);
    };

  /** A call that a project makes with its key. */
  const own = (method: string, run: (call: Call) => unknown) =>
    route(method, (params, request) => {
      const project = pakasir.authorised(params.slug ?? '', request.headers['x-api-key']);
      pakasir.rates.spend(method, project.slug, params.txn ?? params.order ?? '');
      const link = (txnId: string) =>
        `${request.protocol}://${request.host}${request.url.split('/api/')[0]}/pay-v2/${txnId}`;
      return run({ project, params, body: parsed(request.body), link });
    });

  return async (app: FastifyInstance) => {
    // Whatever a body is called, it is read as JSON; none at all is no fault of a call that needs none.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

    app.post(
      '/api/v2/create-transaction/:slug/:order',
      own('create', ({ project, params, body, link }) => {
        const orderId = params.order ?? '';
        if (orderId === '' || orderId.length > LONGEST_ORDER_ID) throw new PakasirError(400, 'Order ID tidak valid');
        const given = createBody.safeParse(body);
        if (!given.success) throw new PakasirError(400, complaint(given.error));
        const transaction = ledger.findOrCreate(project, { orderId, ...given.data });
        return createdAnswer(transaction, link(transaction.txnId));
      }),
    );
    app.get(
      '/api/v2/transaction-status/:slug/:txn',
      own('status', ({ project, params }) => statusAnswer(ledger.find(project.slug, params.txn ?? ''))),
    );
    app.post(
      '/api/v2/cancel-transaction/:slug/:txn',
      own('cancel', ({ project, params }) => {
        ledger.cancel(ledger.find(project.slug, params.txn ?? ''));
        return { message: 'Transaksi berhasil dibatalkan' };
      }),
    );
    app.get(
      '/api/v2/payment-fee/:amount',
      route('fee', ({ amount = '' }) => {
        if (!/^[1-9]\d{0,11}$/.test(amount)) throw new PakasirError(400, 'Nominal tidak valid');
        return feesOf(Number(amount));
      }),
    );
    // The button of the customer's page in sandbox mode. No part of the documented API: the page itself calls it.
    app.post(
      '/api/transactions/:txn/simulate',
      route('simulate', ({ txn = '' }) => {
        const transaction = ledger.byTxnId(txn);
        if (!transaction) throw new PakasirError(404, 'Transaksi tidak ditemukan');
        if (!transaction.sandbox) throw new PakasirError(400, 'Simulasi hanya untuk proyek dalam mode sandbox');
        pakasir.pay(transaction);
        return { message: 'Pembayaran berhasil disimulasikan' };
      }),
    );

    const ended = route('v1', () => {
      throw new PakasirError(410, 'API v1 sudah dihentikan. Gunakan API v2: https://pakasir.com/p/get-started');
    });
    for (const call of V1_CALLS) {
      app.all(`/api/${call}`, ended);
      app.all(`/api/${call}/*`, ended);
    }
  };
}

function serve(run: () => unknown): Answer {
  try {
    return { status: 200, body: run() };
  } catch (error) {
    if (error instanceof PakasirError) return { status: error.status, body: { message: error.message } };
    throw error;
  }
}

/** A body as JSON; undefined when there is none, or none that can be read. */
function parsed(body: unknown): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

function complaint(error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  if (field === 'amount') return 'Nominal harus bilangan bulat';
  return field === 'method' ? 'Metode pembayaran wajib diisi' : 'Isi permintaan bukan JSON yang benar';
}

function faultAnswer(rule: FaultView): Answer {
  if (rule.kind === 'answer') return { status: rule.status ?? 200, body: rule.body };
  const status = rule.kind === '5xx' ? (rule.status ?? 502) : Number(rule.kind);
  return { status, body: { message: rule.description ?? `Simulated ${status}` } };
}

/** Refusals are left as they are: a patch is for what a call answers when it works. */
const patchedAnswer = (rule: FaultView, answer: Answer): Answer =>
  answer.status === 200 ? { status: rule.status ?? 200, body: patched(answer.body, rule) } : answer;
