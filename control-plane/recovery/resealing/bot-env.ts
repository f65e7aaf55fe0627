import { readFile, stat } from 'node:fs/promises';
import { parseEnvFile } from '../../../kernel/config.ts';
import { TENANT_ENV } from '../../../tenant-runtime/config.ts';
import { databaseName, roleName, SECRET_NAMES, type TenantRow } from '../../fleet/tenants/index.ts';
import type { Problem } from './findings.ts';

export type BotEnv =
  /** Secrets by the names under which they are sealed. */
  { kind: 'read'; secrets: Record<string, string> } | { kind: 'missing' } | { kind: 'wrong'; problems: Problem[] };

const MOST_BYTES = 1024 * 1024;

type Store = Pick<TenantRow, 'store' | 'bot_id' | 'bot_username'>;

/**
 * The secrets in a store's bot.env, if it is one of that store. Only STORE_SLUG and what is asked for have to be in it, so
 * that one may be written by hand when the old one is gone.
 * @param needed names of the secrets that have to be in it
 */
export async function readBotEnv(path: string, store: Store, needed: ReadonlySet<string>): Promise<BotEnv> {
  const text = await textOf(path);
  if (text === undefined) return { kind: 'missing' };
  if (text === null) return { kind: 'wrong', problems: [{ kind: 'unreadable' }] };
  const env = parseEnvFile(text);
  const problems: Problem[] = [];
  if (env.STORE_SLUG !== store.store) problems.push({ kind: 'other_store', store: store.store });
  const secrets: Record<string, string> = {};
  for (const name of new Set([...Object.values(SECRET_NAMES), ...needed])) take(name);

  function take(name: string): void {
    const key = name === SECRET_NAMES.databasePassword ? 'DATABASE_URL' : name;
    const value = env[key]?.trim();
    if (!value) {
      if (needed.has(name)) problems.push({ kind: 'missing_key', key });
      return;
    }
    const problem = problemOf(key, value, store);
    if (problem) problems.push(problem);
    else secrets[name] = key === 'DATABASE_URL' ? passwordIn(value) : value;
  }

  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'read', secrets };
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

function problemOf(key: string, value: string, { store, bot_id, bot_username }: Store): Problem | undefined {
  if (key in TENANT_ENV.shape) {
    const parsed = TENANT_ENV.shape[key as keyof typeof TENANT_ENV.shape].safeParse(value);
    if (!parsed.success) return { kind: 'invalid_key', key, expected: `${parsed.error.issues[0]?.message}` };
  }
  if (key === 'TELEGRAM_BOT_TOKEN' && value.split(':')[0] !== String(bot_id)) {
    return { kind: 'other_bot', botId: bot_id, username: bot_username };
  }
  if (key === 'DATABASE_URL' && !isDatabaseOf(store, value)) {
    return { kind: 'other_database', role: roleName(store), database: databaseName(store) };
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
