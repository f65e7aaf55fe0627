import type { ForgeryInput } from '../control/pakasir.ts';
import type { NewProject, PakasirCall } from '../pakasir/index.ts';
import type { Notification } from '../pakasir/notifier.ts';
import type { Project, Transaction, TransactionStatus } from '../pakasir/types.ts';
import type { PostOutcome } from '../retry.ts';
import { type ControlHttp, longPoll } from './http.ts';

/** The other side of the gateway: the customer's bank, and Pakasir's own desk. An `id` is the order's or the transaction's. */
export type PakasirClient = {
  /** Creates a project, or changes the one of this slug (its webhook URL, say). */
  createProject(project: NewProject): Promise<Project>;
  transactions(): Promise<Transaction[]>;
  transaction(id: string): Promise<Transaction>;
  /** Pays, late or not; the webhook follows. `force` pays what is canceled, or paid already. */
  pay(id: string, options?: { force?: boolean }): Promise<Transaction>;
  expire(id: string): Promise<Transaction>;
  cancel(id: string): Promise<Transaction>;
  /** Sends the webhook of a transaction once: true, again, or forged. Answers what the shop said. */
  notify(id: string, forgery?: ForgeryInput): Promise<PostOutcome>;
  /** Sends a project's shop a webhook of nothing. */
  notifyProject(slug: string, forgery: ForgeryInput): Promise<PostOutcome>;
  waitForStatus(id: string, status: TransactionStatus, options?: { timeoutMs?: number }): Promise<Transaction>;
  calls(filter?: { method?: string; orderId?: string; since?: number }): Promise<PakasirCall[]>;
  notifications(): Promise<Notification[]>;
};

export function createPakasirClient(http: ControlHttp): PakasirClient {
  const at = (id: string) => `/pakasir/transactions/${encodeURIComponent(id)}`;
  return {
    createProject: (project) => http.post('/pakasir/projects', project),
    transactions: () => http.get('/pakasir/transactions'),
    transaction: (id) => http.get(at(id)),
    pay: (id, options = {}) => http.post(`${at(id)}/pay`, options),
    expire: (id) => http.post(`${at(id)}/expire`),
    cancel: (id) => http.post(`${at(id)}/cancel`),
    notify: (id, forgery = {}) => http.post(`${at(id)}/notify`, forgery),
    notifyProject: (slug, forgery) => http.post(`/pakasir/projects/${encodeURIComponent(slug)}/notify`, forgery),
    async waitForStatus(id, status, { timeoutMs = 90_000 } = {}) {
      const found = await longPoll(timeoutMs, async (timeoutMillis) => {
        const answer = await http.post<{ found: Transaction | null }>(`${at(id)}/wait`, { status, timeoutMillis });
        return answer.found;
      });
      if (!found) throw new Error(`Waited ${timeoutMs} ms for transaction ${id} to be ${status}, in vain.`);
      return found;
    },
    calls: (filter = {}) => http.get('/pakasir/calls', filter),
    notifications: () => http.get('/pakasir/notifications'),
  };
}
