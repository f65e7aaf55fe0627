import type { z } from 'zod';
import { AppError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses an environment with a zod object schema. Empty strings count as unset, since env files write `KEY=`.
 * @throws AppError CONFIG_INVALID with one line per key: the key and what is expected, never the value.
 */
export function parseEnvironment<S extends z.ZodObject>(schema: S, env: Environment): z.infer<S> {
  const given: Record<string, string> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = env[key]?.trim();
    if (value) given[key] = value;
  }
  const parsed = schema.safeParse(given, { reportInput: false });
  if (parsed.success) return parsed.data;
  const lines = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const key = String(issue.path[0] ?? '(environment)');
    const missing = !(key in given);
    if (!lines.has(key)) lines.set(key, `${key}: ${missing ? 'is missing; expected ' : 'expected '}${issue.message}`);
  }
  throw new AppError('CONFIG_INVALID', [...lines.values()].sort().join('\n'), {
    details: { keys: [...lines.keys()].sort() },
  });
}
