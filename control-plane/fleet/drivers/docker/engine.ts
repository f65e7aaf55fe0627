import { createRequire } from 'node:module';
import type Docker from 'dockerode';
import { AppError, errorMessage } from '../../../../kernel/errors.ts';

export type EngineError = Error & { statusCode?: number; code?: string; json?: { message?: string } };

/** What the engine itself said, without dockerode's prefix. */
export function engineMessage(error: unknown): string {
  return (error as EngineError).json?.message ?? errorMessage(error);
}

export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return statuses.includes((error as EngineError)?.statusCode ?? 0);
}

/** Runs a call to the engine. @throws AppError DRIVER_UNAVAILABLE for whatever the engine or the way to it throws */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw cause instanceof AppError ? cause : unavailable(cause);
  }
}

export function unavailable(cause: unknown): AppError {
  const { statusCode } = cause as EngineError;
  const message =
    statusCode === undefined
      ? `The Docker engine does not answer (${errorMessage(cause)}). Is it running, and may this user open its socket?`
      : `The Docker engine refused: ${engineMessage(cause)}`;
  return new AppError('DRIVER_UNAVAILABLE', message, { cause });
}

/** As `ask`, but one of the given HTTP statuses means `undefined`: 404 is absence, 304 that it is so already. */
export async function askUnless<T>(statuses: number[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (cause) {
    if (hasStatus(cause, ...statuses)) return undefined;
    throw cause instanceof AppError ? cause : unavailable(cause);
  }
}

const require = createRequire(import.meta.url);

export function connect(options: Docker.DockerOptions | undefined): Docker {
  // Only here: with SSH and gRPC it takes a fifth of a control plane's start, which the process driver has no use for.
  const Engine: typeof Docker = require('dockerode');
  return new Engine(options);
}
