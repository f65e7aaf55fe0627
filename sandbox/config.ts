import { z } from 'zod';
import { type Environment, parseEnvironment } from '../kernel/config.ts';

const schema = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port from 0 (any free one) to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'a port from 0 (any free one) to 65535')
    .default(7780),
});

export type SandboxConfig = { host: string; port: number };

/** @throws AppError CONFIG_INVALID */
export function readSandboxConfig(env: Environment): SandboxConfig {
  const { SANDBOX_HOST: host, SANDBOX_PORT: port } = parseEnvironment(schema, env);
  return { host, port };
}
