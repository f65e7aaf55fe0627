import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type SealingKey, seal } from '../../../kernel/crypto.ts';
import type { Db, Queryable } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import { syncFolder } from '../../../kernel/files.ts';
import { type Audit, createAudit } from '../../api/audit/index.ts';
import type { Caller } from '../../api/caller.ts';
import { placeOfAnswer } from '../../api/idempotency/index.ts';
import { createRoles } from '../../fleet/databases/index.ts';
import { type Running, runSteps, type Step } from '../../fleet/operations/index.ts';
import { selectTenants } from '../../fleet/tenants/index.ts';
import type { ControlPlaneConfig } from '../../platform/config.ts';
import type { Installation } from '../../platform/ownership/index.ts';
import { findMasterKeys, keyPlace, loadMasterKeys } from '../../platform/secrets/index.ts';
import { placeOfPassword } from '../backups/index.ts';
import type { StoreFinding } from './findings.ts';
import { planStore, type StorePlan } from './plan-store.ts';
import { type Change, keyIdOf, type Read, read, rotated } from './sealed.ts';
import { replaceSealed, selectAnswers, selectOrphanedPasswords } from './sql.ts';

/** A file of the values that were taken away although nothing here opens them, as they lay sealed. */
type Kept = {
  /** Durable when it returns; values that open are not written down. */
  add(store: string, changes: readonly Change[]): Promise<void>;
  /** Path, once something is in it. */
  path(): string | null;
};

/** What is sealed and belongs to no store of now. Nothing else knows it: what does not open stays as it is. */
type RestPlan = {
  changes: Change[];
  /** Backups of removed stores whose passwords nobody can know any more, by store. */
  backups: Record<string, number>;
  /** Answers to requests with an Idempotency-Key that cannot be given again; they are forgotten within a day. */
  answers: number;
  closedKeyIds: string[];
};

export type Resealed = {
  /** Whether it was done, or only looked at. */
  done: boolean;
  /** Whether there is something that is still to be done, and can be. */
  pending: boolean;
  /** The key that seals; without an id when there is none yet. */
  key: { id: string | null; place: string; made: boolean };
  /** Keys that sealed something and are not here. */
  lostKeys: string[];
  stores: StoreFinding[];
  rest: Omit<RestPlan, 'changes' | 'closedKeyIds'> & { values: number };
  /** Where the values that nothing opens any more are kept as they lay sealed. */
  kept: string | null;
};

export type ResealDeps = {
  config: ControlPlaneConfig;
  installation: Installation;
  /** The control database, as the role that owns it; nobody else works on it. */
  db: Db;
  failpoint: Failpoint;
  signal: AbortSignal;
};

const BY_HAND: Caller = { actor: 'doctor', scope: 'admin', requestId: null, remember: async () => {} };

/**
 * Seals every secret that does not open with the master key of now anew: with what an older key that follows it opens, else
 * with what the store's bot.env says. A store is done in one transaction; what opens is left alone, so that it may be
 * repeated. With `confirmed` false nothing is changed.
 * @throws AppError CONFIG_INVALID for a master key that cannot be used
 */
export async function reseal(deps: ResealDeps, confirmed: boolean): Promise<Resealed> {
  const { config, db, failpoint, signal } = deps;
  const place = keyPlace(config.masterKeys, config.home);
  const found = await findMasterKeys(config.masterKeys, config.home);
  const before = await plan(deps, found ?? []);
  // Where only what nobody needs to run was sealed, such as passwords of removed stores, a new key is all that is missing.
  const isStuck = before.result.stores.some(({ verdict }) => verdict.startsWith('bot_env'));
  const pending = before.changes > 0 || (!found && !isStuck && before.result.lostKeys.length > 0);
  if (!confirmed || !pending) {
    return { ...before.result, done: false, pending, key: { id: found?.[0]?.id ?? null, place, made: false } };
  }
  const audit = createAudit({ db, clock: { now: () => new Date() } });
  const kept = createKept(config.home, new Date());
  const roles = createRoles(db);
  let keys: readonly SealingKey[] = [];
  const steps: Step<Running>[] = [
    step('key', async () => {
      keys = found ?? (await loadMasterKeys(config.masterKeys, config.home));
      failpoint('reseal.key');
    }),
    ...before.stores.map(({ finding, changes, role }) =>
      step(finding.store, async () => {
        try {
          if (role) await roles.ensureRole(role.names, role.password);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          // This store has to wait for somebody; the others do not.
          Object.assign(finding, {
            verdict: 'bot_env_wrong',
            values: 0,
            problems: [{ kind: 'role', message: error.message }],
          });
          return;
        }
        await write({ db, audit, kept, keys, failpoint }, finding.store, changes);
        failpoint('reseal.store');
      }),
    ),
    step('rest', () => write({ db, audit, kept, keys, failpoint }, null, before.rest.changes)),
  ];
  await runSteps(steps, { signal, progress: async () => {} });
  const key = { id: keys[0]?.id ?? null, place, made: found === undefined };
  return { ...before.result, done: true, pending: false, key, kept: kept.path() };
}

const STEP_SECONDS = 600;

/** What opens already is found to open by a next run, which goes on with the rest. */
const step = (name: string, work: () => Promise<void>): Step<Running> => ({
  name,
  timeoutSeconds: STEP_SECONDS,
  run: async () => {
    await work();
    return {};
  },
});

async function plan({ db, installation, config: { deployments } }: ResealDeps, keys: readonly SealingKey[]) {
  const stores: StorePlan[] = [];
  for (const tenant of await selectTenants(db, { after: null, limit: 100_000 })) {
    stores.push(await planStore({ db, keys, deployments, installation }, tenant));
  }
  const rest = await planRest(db, keys);
  const all = [...stores, rest];
  const { backups, answers, changes } = rest;
  // A value that its own key does not open was changed.
  const isAbsent = (id: string) => !keys.some((key) => key.id === id);
  return {
    stores,
    rest,
    changes: all.reduce((sum, each) => sum + each.changes.length, 0),
    result: {
      lostKeys: [...new Set(all.flatMap(({ closedKeyIds }) => closedKeyIds))].filter(isAbsent).sort(),
      stores: stores.map(({ finding }) => finding),
      rest: { backups, answers, values: changes.length },
      kept: null,
    },
  };
}

type Writer = { db: Db; audit: Audit; kept: Kept; keys: readonly SealingKey[]; failpoint: Failpoint };

/** What is to be gone is written down first: sealed as it was, it harms nobody. */
async function write({ db, audit, kept, keys, failpoint }: Writer, store: string | null, changes: readonly Change[]) {
  const [current] = keys;
  if (changes.length === 0 || !current) return;
  await kept.add(store ?? '', changes);
  await db.tx(async (tx) => {
    for (const { sealed, to } of changes) {
      await replaceSealed(tx, sealed.spot, to === null ? null : seal(to, current, sealed.place));
    }
    failpoint('reseal.within');
    await audit.record(tx, BY_HAND, {
      action: 'secrets.reseal',
      target: store === null ? 'control-plane' : `tenant:${store}`,
      before: { keyIds: [...new Set(changes.map(({ sealed }) => keyIdOf(sealed)))].sort() },
      after: { keyId: current.id, values: changes.length, fromBotEnv: changes.some(({ closed }) => closed) },
      result: 'done',
    });
  });
}

async function planRest(on: Queryable, keys: readonly SealingKey[]): Promise<RestPlan> {
  const passwords = (await selectOrphanedPasswords(on)).map(({ id, store, sealed }) =>
    read({ store, sealed, place: placeOfPassword(id), spot: { kind: 'password' as const, backupId: id } }, keys),
  );
  const answers = (await selectAnswers(on)).map(({ api_key_id: apiKeyId, key, sealed }) =>
    read({ sealed, place: placeOfAnswer({ apiKeyId, key }), spot: { kind: 'answer' as const, apiKeyId, key } }, keys),
  );
  const isClosed = ({ state }: Read) => state === 'closed';
  const backups: Record<string, number> = {};
  for (const { store } of passwords.filter(isClosed)) backups[store] = (backups[store] ?? 0) + 1;
  const closed = [...passwords, ...answers].filter(isClosed);
  return {
    changes: rotated([...passwords, ...answers]),
    backups,
    answers: answers.filter(isClosed).length,
    closedKeyIds: [...new Set(closed.map(keyIdOf))],
  };
}

/** One file for a run; should the lost key turn up, it opens what is in there. */
function createKept(home: string, at: Date): Kept {
  const path = join(home, `resealed-${at.toISOString().replace(/\D/g, '').slice(0, 14)}.jsonl`);
  let used = false;
  return {
    async add(store, changes) {
      const closed = changes.filter((change) => change.closed);
      if (closed.length === 0) return;
      await mkdir(home, { recursive: true });
      const file = await open(path, 'a', 0o600);
      try {
        for (const { sealed } of closed) {
          const { spot, place, sealed: text } = sealed;
          await file.write(`${JSON.stringify({ store, ...spot, place, sealed: text })}\n`);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      if (!used) await syncFolder(home);
      used = true;
    },
    path: () => (used ? path : null),
  };
}
