import type {
  Answer,
  ClosedCause,
  Gateway,
  GatewayDeps,
  GatewayOrder,
  GatewayTransaction,
  Invoice,
} from '../gateway.ts';
import { exchange, refusalOf } from '../http.ts';
import { createCoalescer, createPacer } from '../pacer.ts';
import { readCreated, readCreatedLink, readFees, readTransaction } from './answers.ts';
import { METHODS } from './methods.ts';
import { pakasirWebhook } from './webhook.ts';

const TIMEOUT_MS = 10_000;
/** Pakasir takes about two creates a second. */
const CREATE_GAP_MS = 500;
const STATUS_GAP_MS = 4000;
const CANCELLED = 'the transaction is cancelled already';
const UNREADABLE = { kind: 'unreachable', reason: 'an answer that is not as documented' } as const;

export type PakasirOptions = {
  apiBase: string;
  publicDomain: string;
  project: string;
  apiKey: string;
  webhookSecret: string | undefined;
};

/** The Pakasir gateway, API v2 (pakasir.com/p/create-transaction and its neighbours, read November 2026). */
export function createPakasir(options: PakasirOptions, deps: GatewayDeps): Gateway {
  const { project, apiKey } = options;
  const base = `${trimmed(options.apiBase)}/api`;
  const pace = createPacer(CREATE_GAP_MS, deps.clock);
  const coalesce = createCoalescer<Answer<GatewayTransaction>>(STATUS_GAP_MS, deps.clock);

  async function call<T>(name: string, path: string, body: object | undefined, read: (body: unknown) => Answer<T>) {
    const key = name === 'fees' ? undefined : { 'x-api-key': apiKey };
    const content = body && {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answered = await exchange(() =>
      fetch(`${base}${path}`, {
        ...(content ?? { headers: { ...key } }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
    const answer: Answer<T> =
      answered.kind === 'unreachable' ? answered : (refusalOf(answered.status) ?? read(answered.body));
    deps.count(name, answer.kind);
    if (answer.kind !== 'ok') deps.log.warn({ call: name, answer }, 'payment gateway did not do as asked');
    return answer;
  }

  const pathOf = (call: string, id: string) => `/v2/${call}/${encodeURIComponent(project)}/${encodeURIComponent(id)}`;

  async function ask<T>(order: GatewayOrder, read: (body: unknown) => Answer<T>): Promise<Answer<T>> {
    await pace();
    const { ref, method, amount } = order;
    const answer = await call('create', pathOf('create-transaction', ref), { method, amount }, read);
    // A create names no transaction yet: what is not found is the project.
    return answer.kind === 'not_found' ? { kind: 'closed', cause: 'project_unknown', reason: 'HTTP 404' } : answer;
  }

  async function createNumbered(order: GatewayOrder, kind: 'qr' | 'account'): Promise<Answer<Invoice>> {
    return ask(order, (body) => {
      const made = readCreated(body, kind);
      if (!made) return UNREADABLE;
      const { project: madeFor, ref, amount, status, ...invoice } = made;
      const { transactionId } = invoice;
      if (madeFor !== project || ref !== order.ref || amount !== order.amount)
        return { kind: 'untrusted', reason: 'the answer is for another order' };
      if (status === 'cancelled') return { kind: 'rejected', reason: CANCELLED, transactionId };
      return { kind: 'ok', value: invoice };
    });
  }

  /** A page's create says neither what it is for nor whether money counts there: its status does. */
  async function createLink(order: GatewayOrder): Promise<Answer<Invoice>> {
    const made = await ask(order, (body) => {
      const link = readCreatedLink(body);
      return link ? { kind: 'ok', value: link } : UNREADABLE;
    });
    if (made.kind !== 'ok') return made;
    const { transactionId, link } = made.value;
    const found = await status(transactionId);
    if (found.kind === 'not_found') return UNREADABLE;
    if (found.kind !== 'ok') return found;
    const { ref, amount, sandbox } = found.value;
    if (ref !== order.ref || amount !== order.amount || found.value.transactionId !== transactionId)
      return { kind: 'untrusted', reason: 'the page is for another order' };
    if (found.value.status === 'cancelled') return { kind: 'rejected', reason: CANCELLED, transactionId };
    const unknown = { fee: undefined, totalPayment: undefined, expiresAt: undefined };
    return { kind: 'ok', value: { transactionId, paymentNumber: link, sandbox, ...unknown } };
  }

  const status = (transactionId: string) =>
    coalesce(transactionId, () =>
      call('status', pathOf('transaction-status', transactionId), undefined, (body) => {
        const transaction = readTransaction(body, transactionId);
        return transaction ? { kind: 'ok', value: transaction } : UNREADABLE;
      }),
    );

  return {
    name: 'pakasir',
    label: 'Pakasir',
    methods: METHODS,
    async create(order) {
      const kind = METHODS.find((method) => method.id === order.method)?.kind;
      if (!kind) return { kind: 'rejected', reason: 'no such method' };
      return kind === 'link' ? createLink(order) : createNumbered(order, kind);
    },
    status,
    statusIntervalMs: STATUS_GAP_MS,
    cancel: (transactionId) =>
      call('cancel', pathOf('cancel-transaction', transactionId), {}, () => ({ kind: 'ok', value: undefined })),
    // What Pakasir's own page calls; it is not documented, and may not be there.
    simulatePayment: (transactionId) =>
      call('simulate', `/transactions/${encodeURIComponent(transactionId)}/simulate`, {}, () => ({
        kind: 'ok',
        value: undefined,
      })),
    fees: (amount) =>
      call('fees', `/v2/payment-fee/${amount}`, undefined, (body) => {
        const fees = readFees(body);
        return fees ? { kind: 'ok', value: fees } : UNREADABLE;
      }),
    page: (transactionId) => `${trimmed(options.publicDomain)}/pay-v2/${encodeURIComponent(transactionId)}`,
    webhook: pakasirWebhook(options.webhookSecret),
    advice: (cause) => ADVICE[cause],
  };
}

const trimmed = (address: string): string => address.replace(/\/+$/, '');

const ADVICE: Record<ClosedCause, string> = {
  key_refused:
    'Pakasir menolak API key toko ini. Buka app.pakasir.com → proyekmu, salin API key-nya, lalu minta pengelola mengganti PAKASIR_API_KEY.',
  project_unknown:
    'Pakasir tidak mengenal proyek toko ini. Periksa slug proyek di app.pakasir.com, lalu minta pengelola mengganti PAKASIR_PROJECT_SLUG.',
  api_gone: 'Pakasir menutup API yang dipakai toko ini. Minta pengelola memperbarui toko ke versi terbaru.',
  sandbox:
    'Proyek Pakasir toko ini masih dalam mode sandbox, jadi pembayarannya bukan uang sungguhan. Buka app.pakasir.com → proyekmu → matikan mode sandbox.',
};
