import type { ForgeryInput } from '../control/pakasir.ts';
import type { NewProject, PakasirCall } from '../pakasir/index.ts';
import type { Notification } from '../pakasir/notifier.ts';
import type { Project, Transaction, TransactionStatus } from '../pakasir/types.ts';
import type { PostOutcome } from '../retry.ts';
import { type ControlHttp, longPoll } from './http.ts';

/** The other side of the gateway: the customer's bank, and Pakasir's own desk. */
export type PakasirClient = {
  /** Creates a project, or changes the one of this slug (its webhook URL, say). */
  createProject(project: NewProject): Promise<Project>;
  transactions(): Promise<Transaction[]>;
  transaction(orderId: string): Promise<Transaction>;
  /** Pays, late or not; the webhook follows. `force` pays what is canceled, or paid already. */
  pay(orderId: string, options?: { force?: boolean }): Promise<Transaction>;
  expire(orderId: string): Promise<Transaction>;
  cancel(orderId: string): Promise<Transaction>;
  /** Sends the webhook of a transaction once: true, again, or forged. Answers what the shop said. */
  notify(orderId: string, forgery?: ForgeryInput): Promise<PostOutcome>;
  /** Sends a project's shop a webhook of nothing. */
  notifyProject(slug: string, forgery: ForgeryInput): Promise<PostOutcome>;
  waitForStatus(orderId: string, status: TransactionStatus, options?: { timeoutMs?: number }): Promise<Transaction>;
  calls(filter?: { method?: string; orderId?: string; since?: number }): Promise<PakasirCall[]>;
  notifications(): Promise<Notification[]>;
};

export function createPakasirClient(http: ControlHttp): PakasirClient {
  const at = (orderId: string) => `/pakasir/transactions/${encodeURIComponent(orderId)}`;
  return {
    createProject: (project) => http.post('/pakasir/projects', project),
    transactions: () => http.get('/pakasir/transactions'),
    transaction: (orderId) => http.get(at(orderId)),
    pay: (orderId, options = {}) => http.post(`${at(orderId)}/pay`, options),
    expire: (orderId) => http.post(`${at(orderId)}/expire`),
    cancel: (orderId) => http.post(`${at(orderId)}/cancel`),
    notify: (orderId, forgery = {}) => http.post(`${at(orderId)}/notify`, forgery),
    notifyProject: (slug, forgery) => http.post(`/pakasir/projects/${encodeURIComponent(slug)}/notify`, forgery),
    async waitForStatus(orderId, status, { timeoutMs = 30_000 } = {}) {
      const found = await longPoll(timeoutMs, async (timeoutMillis) => {
        const answer = await http.post<{ found: Transaction | null }>(`${at(orderId)}/wait`, { status, timeoutMillis });
        return answer.found;
      });
      if (!found) throw new Error(`Waited ${timeoutMs} ms for transaction ${orderId} to be ${status}, in vain.`);
      return found;
    },
    calls: (filter = {}) => http.get('/pakasir/calls', filter),
    notifications: () => http.get('/pakasir/notifications'),
  };
}
