import { AppError } from '../../kernel/errors.ts';
import { type Bounded, createBounded } from '../bounded.ts';
import type { Faults } from '../faults/injector.ts';
import type { RetryPolicy } from '../retry.ts';
import type { Sequence } from '../sequence.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { createPakasirRates, type PakasirRates } from './rates.ts';
import { PakasirError, type Project, type Transaction } from './types.ts';

export type NewProject = { slug: string; apiKey: string } & Partial<Omit<Project, 'slug' | 'apiKey'>>;

/**
 * One call of Pakasir's API, as it was made and answered; `status` is 0 when the connection was dropped unserved, and
 * `txnId` is empty for a create.
 */
export type PakasirCall = {
  seq: number;
  at: string;
  method: string;
  orderId: string;
  txnId: string;
  params: unknown;
  status: number;
  response: unknown;
};

export type Pakasir = {
  /** Creates a project, or changes the one of this slug. */
  createProject(given: NewProject): Project;
  projects(): Project[];
  /** @throws AppError NOT_FOUND */
  project(slug: string): Project;
  /** The project that may make a call. @throws PakasirError */
  authorised(slug: string, apiKey: string | string[] | undefined): Project;
  readonly ledger: Ledger;
  readonly notifier: Notifier;
  readonly rates: PakasirRates;
  readonly calls: Bounded<PakasirCall>;
  record(call: Omit<PakasirCall, 'seq' | 'at'>): PakasirCall;
  /** By the order's id or its own. @throws AppError NOT_FOUND */
  transaction(id: string): Transaction;
  /** Pays a transaction and tells the project. A payment that is not pending is refused unless `force`. */
  pay(transaction: Transaction, options?: { force?: boolean }): Transaction;
  reset(): void;
};

const MAX_CALLS = 20_000;
const DEFAULTS: Omit<Project, 'slug' | 'apiKey' | 'name'> = {
  webhookUrl: undefined,
  secret: undefined,
  webhookContentType: 'application/json',
  notify: true,
  expiryMinutes: 60,
  sandbox: false,
  feeBearer: 'customer',
};

export function createPakasir(deps: {
  faults: Faults;
  sequence: Sequence;
  retry: RetryPolicy;
  now: () => Date;
}): Pakasir {
  const { sequence, now } = deps;
  const projects = new Map<string, Project>();
  const ledger = createLedger({ now, sequence });
  const notifier = createNotifier(deps);
  const rates = createPakasirRates();
  const calls = createBounded<PakasirCall>(MAX_CALLS);

  const project = (slug: string) => {
    const found = projects.get(slug);
    if (!found) throw new AppError('NOT_FOUND', `There is no project "${slug}" at the sandbox's Pakasir.`);
    return found;
  };

  return {
    createProject(given) {
      const known = projects.get(given.slug);
      const { slug, apiKey } = given;
      const made = Object.assign(known ?? { ...DEFAULTS, name: slug, slug, apiKey }, given);
      projects.set(given.slug, made);
      return made;
    },
    projects: () => [...projects.values()],
    project,
    authorised(slug, apiKey) {
      if (apiKey === undefined || apiKey === '') throw new PakasirError(401, 'API key wajib diisi');
      const found = projects.get(slug);
      if (!found) throw new PakasirError(404, 'Proyek tidak ditemukan');
      if (found.apiKey !== apiKey) throw new PakasirError(401, 'API key tidak valid');
      return found;
    },
    ledger,
    notifier,
    rates,
    calls,
    record(call) {
      const made = { seq: sequence.next(), at: now().toISOString(), ...call };
      calls.add(made);
      return made;
    },
    transaction(id) {
      const found = ledger.byAnyId(id);
      if (!found) throw new AppError('NOT_FOUND', `There is no transaction "${id}" at the sandbox's Pakasir.`);
      return found;
    },
    pay(transaction, { force = false } = {}) {
      if (transaction.status !== 'pending' && !force) {
        throw new PakasirError(400, `Transaksi berstatus ${transaction.status}, tidak bisa dibayar`);
      }
      ledger.complete(transaction);
      notifier.announce(project(transaction.project), transaction);
      return transaction;
    },
    reset() {
      projects.clear();
      ledger.clear();
      notifier.stop();
      rates.setStrict(false);
      calls.clear();
    },
  };
}
