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

/** One call of Pakasir's API, as it was made and answered; `status` is 0 when the connection was dropped unserved. */
export type PakasirCall = {
  seq: number;
  at: string;
  method: string;
  orderId: string;
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
  authorised(slug: string, apiKey: string): Project;
  readonly ledger: Ledger;
  readonly notifier: Notifier;
  readonly rates: PakasirRates;
  readonly calls: Bounded<PakasirCall>;
  record(call: Omit<PakasirCall, 'seq' | 'at'>): void;
  /** @throws AppError NOT_FOUND */
  transaction(orderId: string): Transaction;
  /** Pays a transaction and tells the project. A payment that is not pending is refused unless `force`. */
  pay(transaction: Transaction, options?: { force?: boolean }): Transaction;
  reset(): void;
};

const MAX_CALLS = 20_000;

export function createPakasir(deps: {
  faults: Faults;
  sequence: Sequence;
  retry: RetryPolicy;
  now: () => Date;
}): Pakasir {
  const { sequence, now } = deps;
  const projects = new Map<string, Project>();
  const ledger = createLedger({ now });
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
      const defaults = { name: given.slug, webhookUrl: undefined, secret: undefined, notify: true, expiryMinutes: 60 };
      const made = Object.assign(known ?? { ...defaults, slug: given.slug, apiKey: given.apiKey }, given);
      projects.set(given.slug, made);
      return made;
    },
    projects: () => [...projects.values()],
    project,
    authorised(slug, apiKey) {
      const found = projects.get(slug);
      if (!found) throw new PakasirError(404, 'Project not found');
      if (found.apiKey !== apiKey) throw new PakasirError(401, 'Invalid API key');
      return found;
    },
    ledger,
    notifier,
    rates,
    calls,
    record: (call) => calls.add({ seq: sequence.next(), at: now().toISOString(), ...call }),
    transaction(orderId) {
      const found = ledger.byOrderId(orderId);
      if (!found) throw new AppError('NOT_FOUND', `There is no transaction "${orderId}" at the sandbox's Pakasir.`);
      return found;
    },
    pay(transaction, { force = false } = {}) {
      if (transaction.status !== 'pending' && !force) {
        throw new PakasirError(400, `Transaction is ${transaction.status}`);
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
