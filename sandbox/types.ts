import type { FastifyInstance } from 'fastify';
import type { Faults } from './faults/injector.ts';
import type { Pakasir } from './pakasir/index.ts';
import type { RetryPolicy } from './retry.ts';
import type { Sequence } from './sequence.ts';
import type { Telegram } from './telegram/index.ts';

/** A Telegram and a Pakasir to run against, without either. */
export type Sandbox = {
  readonly app: FastifyInstance;
  readonly telegram: Telegram;
  readonly pakasir: Pakasir;
  readonly faults: Faults;
  readonly sequence: Sequence;
  /** The sandbox's time: the clock's, moved by `advance`. */
  now(): Date;
  /** Moves the sandbox's time ahead: payments expire, taps get old. Whoever runs against it keeps their own clock. */
  advance(millis: number): void;
  /** How webhooks are sent again; its fields may be changed at any time. */
  readonly retry: RetryPolicy;
  /** Listens, on a free port unless told otherwise. */
  listen(port?: number, host?: string): Promise<{ url: string }>;
  reset(): void;
  close(): Promise<void>;
};
