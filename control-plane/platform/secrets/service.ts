import { open, type SealingKey, seal } from '../../../kernel/crypto.ts';
import type { Queryable, Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { findMasterKeys, keyPlace, loadMasterKeys } from './master-key.ts';
import { deleteSecret, replaceSecrets, selectAllKeyIds, selectKeyIds, selectSecrets, upsertSecret } from './sql.ts';

export type Secrets = {
  /** Seals and stores a secret of a tenant; null removes it. */
  put(tx: Tx, tenantId: string, name: string, value: string | null): Promise<void>;
  /** Every secret of a tenant, opened. @throws AppError SECRET_UNREADABLE, and then none is returned */
  openAll(on: Queryable, tenantId: string): Promise<Record<string, string>>;
  /** The secrets of a tenant as they lie sealed, by name, to be put back later. */
  sealedAll(on: Queryable, tenantId: string): Promise<Record<string, string>>;
  putBack(tx: Tx, tenantId: string, sealed: Readonly<Record<string, string>>): Promise<void>;
  /** Seals and opens a text that belongs to `place`. */
  seal(text: string, place: string): string;
  open(sealed: string, place: string): string;
  /** @throws AppError SECRET_UNREADABLE when stored secrets need a master key that is not configured */
  assertReadable(on: Queryable): Promise<void>;
};

/** What a tenant's secret is bound to. */
export const placeOfSecret = (tenantId: string, name: string): string => `tenant:${tenantId}:${name}`;

/** Secrets sealed under the first of `keys`, opened with whichever they name, bound to tenant and name. */
export function createSecrets(keys: readonly SealingKey[]): Secrets {
  const [current] = keys;
  if (!current) throw new AppError('CONFIG_INVALID', 'LAPAK_MASTER_KEY: expected at least one key');
  return {
    put: (tx, tenantId, name, value) =>
      value === null
        ? deleteSecret(tx, tenantId, name)
        : upsertSecret(tx, tenantId, name, seal(value, current, placeOfSecret(tenantId, name))),
    async openAll(on, tenantId) {
      const rows = await selectSecrets(on, tenantId);
      return Object.fromEntries(
        rows.map(({ name, sealed }) => [name, open(sealed, keys, placeOfSecret(tenantId, name))]),
      );
    },
    async sealedAll(on, tenantId) {
      return Object.fromEntries((await selectSecrets(on, tenantId)).map(({ name, sealed }) => [name, sealed]));
    },
    putBack: (tx, tenantId, sealed) => replaceSecrets(tx, tenantId, sealed),
    seal: (text, place) => seal(text, current, place),
    open: (sealed, place) => open(sealed, keys, place),
    async assertReadable(on) {
      const missing = (await selectKeyIds(on)).filter((id) => !keys.some((key) => key.id === id));
      if (missing.length > 0) throw lacking(missing, `what is there is ${keys.map(({ id }) => id).join(', ')}`);
    },
  };
}

/**
 * The master keys that a control plane works with. A key is made only where nothing was sealed yet: a new one beside
 * secrets that it does not open would look like the key that is to be kept.
 * @throws AppError SECRET_UNREADABLE, CONFIG_INVALID
 */
export async function masterKeysFor(
  { masterKeys, home }: { masterKeys: readonly string[]; home: string },
  on: Queryable,
): Promise<SealingKey[]> {
  const found = await findMasterKeys(masterKeys, home);
  if (found) {
    await createSecrets(found).assertReadable(on);
    return found;
  }
  const sealedWith = await selectAllKeyIds(on);
  if (sealedWith.length > 0) throw lacking(sealedWith, `nor is there a key in ${keyPlace(masterKeys, home)}`);
  return loadMasterKeys(masterKeys, home);
}

function lacking(ids: readonly string[], there: string): AppError {
  return new AppError(
    'SECRET_UNREADABLE',
    `LAPAK_MASTER_KEY: expected the key that sealed the stores' secrets (key id ${ids.join(', ')}); ${there}. ` +
      'Put that key in place; an older one may follow a newer one, after a comma. If it is lost for good: lapak doctor --reseal',
  );
}
