import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { AppError } from './errors.ts';
import { isStorable } from './text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `KEY=value#rest`: a `#` within a value; one behind a blank begins a comment. */
const HASH_WITHIN = /^(\s*(?:export\s+)?[\w.]+[ \t]*=[ \t]*)([^\s'"`](?:(?![ \t]+#)[^\r\n])*)(.*)$/gm;

/**
 * The keys of an env file, as Node reads them, but for two things in which others read alike: a byte-order mark is no part of
 * the first key, and a `#` in the middle of a value is a part of it.
 */
export function parseEnvFile(text: string): Record<string, string> {
  const quoted = text.replace(/^\uFEFF/, '').replace(HASH_WITHIN, (line, key: string, value: string, rest: string) => {
    const quote = value.includes('#') ? ["'", '"', '`'].find((mark) => !value.includes(mark)) : undefined;
    return quote === undefined ? line : `${key}${quote}${value.trimEnd()}${quote}${rest}`;
  });
  return parseEnv(quoted) as Record<string, string>;
}

/** `docker run --env-file` leaves the quotes around a value that other readers of the file take away. */
const unquoted = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2]?.trim() ?? value;

/**
 * Parses an environment with a zod object schema. Empty strings count as unset, since env files write `KEY=`.
 * @throws AppError CONFIG_INVALID with one line per key: the key and what is expected, never the value.
 */
export function parseEnvironment<S extends z.ZodObject>(schema: S, env: Environment): z.infer<S> {
  const given: Record<string, string> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = unquoted(env[key]?.trim() ?? '');
    if (value) given[key] = value;
  }
  const parsed = schema.safeParse(given, { reportInput: false });
  const lines = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    if (!isStorable(value)) lines.set(key, `${key}: expected a text without NUL and without half a surrogate pair`);
  }
  if (parsed.success && lines.size === 0) return parsed.data;
  for (const issue of parsed.error?.issues ?? []) {
    const key = String(issue.path[0] ?? '(environment)');
    const missing = !(key in given);
    if (!lines.has(key)) lines.set(key, `${key}: ${missing ? 'is missing; expected ' : 'expected '}${issue.message}`);
  }
  throw new AppError('CONFIG_INVALID', [...lines.values()].sort().join('\n'), {
    details: { keys: [...lines.keys()].sort() },
  });
}
