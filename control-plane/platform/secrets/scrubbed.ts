import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { storable } from '../../../kernel/text.ts';
import type { Secrets } from './service.ts';

/** Values shorter than this are too common to be replaced in a text. */
const SHORTEST = 6;

/** So many characters at the end of a line are looked for in a secret before more is compared. */
const GLANCE = 8;

/**
 * Replaces every given secret in a text that comes from elsewhere, such as a log line of a runtime; also one that was cut at
 * the end of a line and is at least half there.
 */
export function scrub(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue;
    for (const form of formsOf(secret)) clean = withoutCut(clean.replaceAll(form, '[redacted]'), form);
  }
  return clean;
}

const withoutCut = (text: string, form: string): string =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => lineWithoutCut(line, form))
        .join('\n')
    : lineWithoutCut(text, form);

function lineWithoutCut(line: string, form: string): string {
  if (line.length < GLANCE) return line;
  const ending = line.slice(-GLANCE);
  const least = Math.max(GLANCE, Math.ceil(form.length / 2));
  let longest = 0;
  for (let found = form.indexOf(ending); found >= 0; found = form.indexOf(ending, found + 1)) {
    const size = found + ending.length;
    if (size >= least && line.endsWith(form.slice(0, size))) longest = size;
  }
  return longest === 0 ? line : `${line.slice(0, -longest)}[redacted]`;
}

/** As it is, and as it looks within JSON and within an address. */
function formsOf(secret: string): Set<string> {
  return new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
}

/** A text without any secret of a tenant. Without the secrets to look for, nothing of the text may be told; only that they do not open. */
export async function scrubbed(db: Db, secrets: Secrets, tenantId: string, text: string): Promise<string> {
  try {
    return storable(scrub(text, Object.values(await secrets.openAll(db, tenantId))));
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') return error.message;
    throw error;
  }
}

/** Names within data, which no text of others gets into. */
const NAMES: ReadonlySet<string> = new Set(['kind', 'of', 'result']);

/** Data whose texts are free of the secrets, fit to be kept and shown, and no longer than `longest`. Cut last: half a secret would not be found. */
export function scrubTexts<T>(data: T, secrets: readonly string[], longest: number): T {
  if (typeof data === 'string') return storable(scrub(data, secrets).slice(0, longest)) as T;
  if (Array.isArray(data)) return data.map((each) => scrubTexts(each, secrets, longest)) as T;
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).map(([key, value]) => [
    key,
    NAMES.has(key) ? value : scrubTexts(value, secrets, longest),
  ]);
  return Object.fromEntries(entries);
}
