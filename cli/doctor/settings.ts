import { resolve } from 'node:path';
import type { Environment } from '../../kernel/config.ts';

// Defaults as in the configuration of the control plane. Not parsed by it: the doctor also runs where it is refused.

export const TELEGRAM = 'https://api.telegram.org';

/** A key of the environment; undefined when it is unset, or blank. */
export const settingOf = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

export const driverOf = (env: Environment): string => settingOf(env, 'LAPAK_DRIVER') ?? 'process';

/** Where stores' folders are written. */
export const deploymentsOf = (env: Environment): string =>
  resolve(settingOf(env, 'LAPAK_DEPLOYMENTS') ?? 'deployments');

export const telegramRootOf = (env: Environment): string => settingOf(env, 'TELEGRAM_API_ROOT') ?? TELEGRAM;
