import { join } from 'node:path';
import type { SealingKey } from '../../../kernel/crypto.ts';
import type { Db } from '../../../kernel/db.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import type { TenantDatabase } from '../../fleet/databases/index.ts';
import { databaseName, roleName, runtimeName, SECRET_NAMES, type TenantRow } from '../../fleet/tenants/index.ts';
import { type Installation, ownerOf, stranger } from '../../platform/ownership/index.ts';
import { placeOfSecret } from '../../platform/secrets/index.ts';
import { placeOfPassword } from '../backups/index.ts';
import { planPasswords } from './backup-passwords.ts';
import { type BotEnv, readBotEnv } from './bot-env.ts';
import type { Loss, Note, StoreFinding } from './findings.ts';
import { type Change, keyIdOf, type Read, read, rotated, type Sealed } from './sealed.ts';
import { selectPasswords, selectSecrets, selectSnapshots, selectUnfinished } from './sql.ts';

export type StorePlan = {
  finding: StoreFinding;
  changes: Change[];
  closedKeyIds: string[];
  /** What is to be the password of the store's role, which bot.env may have been written for by hand. */
  role: { names: TenantDatabase; password: string } | undefined;
};
export type PlanDeps = { db: Db; keys: readonly SealingKey[]; deployments: string; installation: Installation };

type Named = Sealed & { name: string };

/** Secrets that the control plane makes itself, and that a store which does not use them has not in its bot.env. */
const REMADE = new Set<string>([SECRET_NAMES.webhookSecret, SECRET_NAMES.eventsToken]);

/** Looks which sealed values of a store open, and says what each of the others is to become. Changes nothing. */
export async function planStore(deps: PlanDeps, tenant: TenantRow): Promise<StorePlan> {
  const { db, keys, deployments } = deps;
  const secrets = (await sealedSecrets(db, tenant.id)).map((value) => read(value, keys));
  const snapshots = (await sealedSnapshots(db, tenant.id)).map((value) => read(value, keys));
  const passwords = (await selectPasswords(db, tenant.id)).map(({ id, sealed, ...row }) =>
    read({ ...row, sealed, place: placeOfPassword(id), spot: { kind: 'password' as const, backupId: id } }, keys),
  );
  const all: Read[] = [...secrets, ...snapshots, ...passwords];
  const closed = all.filter(({ state }) => state === 'closed');
  const folder = join(deployments, runtimeName(tenant.store, tenant.gateway));
  const botEnv = join(folder, 'bot.env');
  const changes = rotated(all);
  const finding: StoreFinding = {
    ...{ store: tenant.store, botEnv, problems: [], lost: [], notes: [] },
    verdict: changes.length > 0 ? 'rotate' : 'opens',
    values: changes.length,
  };
  const plan: StorePlan = { finding, changes, closedKeyIds: [...new Set(closed.map(keyIdOf))], role: undefined };
  if (closed.length === 0) return plan;

  const needed = new Set(namesToFind(secrets));
  const owner = await ownerOf(folder);
  const file: BotEnv =
    owner && owner.id !== deps.installation.id
      ? { kind: 'wrong', problems: [{ kind: 'stranger', message: stranger({ folder, owner }).message }] }
      : await readBotEnv(botEnv, tenant, needed);
  const known = knownValues(secrets, file);
  if (needed.size > 0 && file.kind !== 'read') {
    if (file.kind !== 'missing' || tenant.desired_state !== 'removed') return unresolved(plan, file, needed);
    finding.notes.push({ kind: 'being_closed' });
  }
  for (const value of [...secrets, ...snapshots]) {
    if (value.state !== 'closed') continue;
    const to = known.get(value.name) ?? null;
    changes.push({ sealed: value, to, closed: true });
    if (to === null) finding.lost.push(lossOf(value));
  }
  const found = await planPasswords(db, tenant.store, passwords, known.get(SECRET_NAMES.backupPassword));
  changes.push(...found.changes);
  finding.lost.push(...found.lost);
  if (secrets.some(({ state }) => state === 'closed')) finding.notes.push(...(await underWay(db, tenant.id)));
  if (changes.some((change) => change.closed)) finding.verdict = 'reseal';
  finding.values = changes.length;
  // The role of a store that is being closed may have another name by now.
  const isAsked = needed.has(SECRET_NAMES.databasePassword) && tenant.desired_state !== 'removed';
  const password = isAsked ? known.get(SECRET_NAMES.databasePassword) : undefined;
  return { ...plan, role: password === undefined ? undefined : { names: namesOf(tenant), password } };
}

const namesOf = ({ id, store }: TenantRow): TenantDatabase => {
  return { tenantId: id, role: roleName(store), database: databaseName(store) };
};

async function sealedSecrets(db: Db, tenantId: string): Promise<Named[]> {
  return (await selectSecrets(db, tenantId)).map(({ name, sealed }) => {
    return { name, sealed, place: placeOfSecret(tenantId, name), spot: { kind: 'secret', tenantId, name } };
  });
}

async function sealedSnapshots(db: Db, tenantId: string): Promise<Named[]> {
  return (await selectSnapshots(db, tenantId)).map(({ operation_id: operationId, name, sealed }) => {
    return { name, sealed, place: placeOfSecret(tenantId, name), spot: { kind: 'snapshot', operationId, name } };
  });
}

/** Names of the secrets that only bot.env can still tell. */
function namesToFind(secrets: readonly Read<Named>[]): string[] {
  const closed = secrets.filter(({ state }) => state === 'closed').map(({ name }) => name);
  return closed.filter((name) => !REMADE.has(name) && name !== SECRET_NAMES.formerBotToken);
}

/** What opens counts for more than what bot.env says. */
function knownValues(secrets: readonly Read<Named>[], file: BotEnv): Map<string, string> {
  const known = new Map(file.kind === 'read' ? Object.entries(file.secrets) : []);
  known.delete(SECRET_NAMES.formerBotToken);
  for (const { name, text } of secrets) {
    if (text !== undefined) known.set(name, text);
    else if (REMADE.has(name) && !known.has(name)) known.set(name, randomSecret(32));
  }
  return known;
}

function unresolved(plan: StorePlan, file: BotEnv, needed: ReadonlySet<string>): StorePlan {
  const { finding } = plan;
  const verdict = file.kind === 'missing' ? 'bot_env_missing' : 'bot_env_wrong';
  const keys = [...needed].map((name) => (name === SECRET_NAMES.databasePassword ? 'DATABASE_URL' : name));
  const problems: StoreFinding['problems'] =
    file.kind === 'wrong' ? file.problems : [{ kind: 'needed', keys: ['STORE_SLUG', ...keys.sort()] }];
  return { ...plan, finding: { ...finding, verdict, values: 0, problems }, changes: [] };
}

function lossOf({ name, spot }: Named): Loss {
  if (name === SECRET_NAMES.formerBotToken) return { kind: 'former_bot' };
  return spot.kind === 'snapshot'
    ? { kind: 'snapshot', name, operationId: spot.operationId }
    : { kind: 'secret', name };
}

/** Whether what bot.env says is from before or after a change that was under way cannot be told. */
async function underWay(db: Db, tenantId: string): Promise<Note[]> {
  return (await selectUnfinished(db, tenantId))
    .filter(({ kind }) => kind === 'configure')
    .map(({ id }) => ({ kind: 'under_way', operationId: id }));
}
