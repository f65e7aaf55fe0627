import { pause } from '../../kernel/pause.ts';
import { type Bounded, createBounded } from '../bounded.ts';
import type { Faults } from '../faults/injector.ts';
import type { FaultView } from '../faults/rules.ts';
import { type PostOutcome, postJson, type RetryPolicy, retryDelay } from '../retry.ts';
import type { Sequence } from '../sequence.ts';
import { type Patch, patched, statusAnswer } from './answers.ts';
import type { Project, Transaction } from './types.ts';

/** One webhook as it was sent. */
export type Notification = {
  seq: number;
  at: string;
  url: string;
  orderId: string;
  headers: Record<string, string>;
  body: string;
  status: number;
  answer: string;
  error: string;
};

export type Forgery = Patch & {
  url?: string;
  /** The whole body, instead of the true one. */
  body?: unknown;
  /** `X-Secret`, instead of the true one; `null` leaves it out. */
  secret?: string | null;
  contentType?: string;
  headers?: Record<string, string>;
};

/** Sends Pakasir's webhooks. */
export type Notifier = {
  /** Tells the project that a transaction completed, again and again until it answers 2xx. Does not wait. */
  announce(project: Project, transaction: Transaction): void;
  /** Sends one webhook now, true or forged, and answers what came back. */
  send(project: Project, transaction: Transaction | undefined, forgery?: Forgery): Promise<PostOutcome>;
  sent(): readonly Notification[];
  stop(): void;
};

const MAX_NOTIFICATIONS = 5000;
const MAX_ATTEMPTS = 20;

export function createNotifier(deps: {
  faults: Faults;
  retry: RetryPolicy;
  sequence: Sequence;
  now: () => Date;
}): Notifier {
  const { faults, retry, sequence, now } = deps;
  const sent: Bounded<Notification> = createBounded(MAX_NOTIFICATIONS);
  let stopped = new AbortController();

  const send: Notifier['send'] = async (project, transaction, forgery = {}) => {
    const url = forgery.url ?? project.webhookUrl;
    if (!url) return { ok: false, status: 0, body: '', error: 'the project has no webhook URL' };
    const truth = transaction ? statusAnswer(transaction) : {};
    const body = JSON.stringify(forgery.body ?? patched(truth, forgery));
    const secret = forgery.secret === undefined ? project.secret : (forgery.secret ?? undefined);
    const headers = {
      'content-type': forgery.contentType ?? project.webhookContentType,
      ...(secret === undefined ? {} : { 'x-secret': secret }),
      ...forgery.headers,
    };
    const outcome = await postJson(url, body, headers, retry.timeoutMillis, stopped.signal);
    sent.add({
      seq: sequence.next(),
      at: now().toISOString(),
      url,
      orderId: transaction?.orderId ?? '',
      headers,
      body,
      status: outcome.status,
      answer: outcome.body,
      error: outcome.error,
    });
    return outcome;
  };

  return {
    announce(project, transaction) {
      if (!project.notify || !project.webhookUrl) return;
      const { signal } = stopped;
      const subject = { target: 'pakasir' as const, method: 'webhook', orderId: transaction.orderId };
      let copies = faults.deliveries(subject);
      void (async () => {
        for (let attempt = 0; copies > 0 && attempt < MAX_ATTEMPTS && !signal.aborted; ) {
          const rule = faults.onDelivery(subject);
          const outcome = await send(project, transaction, rule && forgeryOf(rule));
          if (outcome.ok) copies -= 1;
          else {
            await pause(retryDelay(retry, attempt), signal);
            attempt += 1;
          }
        }
      })();
    },
    send,
    sent: () => sent.list(),
    stop() {
      stopped.abort();
      stopped = new AbortController();
      sent.clear();
    },
  };
}

/** Of a rule only what a patch is about: its body is none of a webhook. */
const forgeryOf = ({ changes, without, spelled, headers }: FaultView): Forgery => ({
  changes,
  without,
  spelled,
  headers: headers ?? {},
});
