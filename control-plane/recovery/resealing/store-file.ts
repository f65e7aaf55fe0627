import { readFile, stat } from 'node:fs/promises';
import { parseEnvFile } from '../../../kernel/config.ts';
import { TENANT_ENV } from '../../../tenant-runtime/config.ts';
import { databaseName, roleName, SECRET_NAMES, type TenantRow } from '../../fleet/tenants/index.ts';

export type StoreFile =
  /** Secrets by the names under which they are sealed. */
  | { kind: 'read'; secrets: Record<string, string> }
  | { kind: 'missing' }
  /** What is wrong with it, key by key; never a value of it. */
  | { kind: 'wrong'; problems: string[] };

const MOST_BYTES = 1024 * 1024;

type Store = Pick<TenantRow, 'store' | 'bot_id' | 'bot_username'>;

/**
 * The secrets in a store's bot.env, if it is one of that store. Only STORE_SLUG and what is asked for have to be in it, so
 * that one may be written by hand when the old one is gone.
 * @param needed names of the secrets that have to be in it
 */
export async function readStoreFile(path: string, store: Store, needed: ReadonlySet<string>): Promise<StoreFile> {
  const text = await textOf(path);
  if (text === undefined) return { kind: 'missing' };
  if (text === null) return { kind: 'wrong', problems: ['it cannot be read, or is no env file'] };
  const env = parseEnvFile(text);
  const problems: string[] = [];
  if (env.STORE_SLUG !== store.store) problems.push(`STORE_SLUG: expected ${store.store}; it is of another store`);
  const secrets: Record<string, string> = {};
  for (const name of Object.values(SECRET_NAMES)) take(name);
  for (const name of needed) take(name);

  function take(name: string): void {
    if (name in secrets) return;
    const key = name === SECRET_NAMES.databasePassword ? 'DATABASE_URL' : name;
    const value = env[key]?.trim();
    if (!value) {
      if (needed.has(name)) problems.push(`${key}: is missing`);
      return;
    }
    const problem = problemOf(key, value, store);
    if (problem) problems.push(`${key}: ${problem}`);
    else secrets[name] = key === 'DATABASE_URL' ? passwordIn(value) : value;
  }

  return problems.length > 0 ? { kind: 'wrong', problems: [...new Set(problems)] } : { kind: 'read', secrets };
}

/** Undefined when it is not there, null when it is something else than a small file. */
async function textOf(path: string): Promise<string | null | undefined> {
  try {
    const { size } = await stat(path);
    return size > MOST_BYTES ? null : await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EISDIR' || code === 'EACCES') return null;
    throw error;
  }
}

function problemOf(key: string, value: string, { store, bot_id, bot_username }: Store): string | undefined {
  if (key in TENANT_ENV.shape) {
    const parsed = TENANT_ENV.shape[key as keyof typeof TENANT_ENV.shape].safeParse(value);
    if (!parsed.success) return `expected ${parsed.error.issues[0]?.message}`;
  }
  if (key === 'TELEGRAM_BOT_TOKEN' && value.split(':')[0] !== String(bot_id)) {
    return `expected a token of @${bot_username} (${bot_id}); it is of another bot`;
  }
  if (key === 'DATABASE_URL' && !isDatabaseOf(store, value)) {
    return `expected postgres://${roleName(store)}:<password>@<host>:<port>/${databaseName(store)}`;
  }
  return undefined;
}

function isDatabaseOf(store: string, value: string): boolean {
  const url = URL.parse(value);
  if (url?.username !== roleName(store) || url.pathname !== `/${databaseName(store)}`) return false;
  return passwordIn(value) !== '';
}

/** Empty when it is none that can be read. */
function passwordIn(url: string): string {
  try {
    return decodeURIComponent(new URL(url).password);
  } catch {
    return '';
  }
}
