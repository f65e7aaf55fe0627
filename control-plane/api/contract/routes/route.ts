import type { z } from 'zod';
import { OperationAccepted } from '../operations.ts';
import type { KeyScope } from '../platform.ts';

/**
 * One route of the API. `answer` is the body of `status`; routes without one stream text. Everything else that can come
 * back is a Problem. `scope` is the least that the API key must have; `public` routes ask for no key, and a route of scope
 * `store` for the token of the very store in its path.
 */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  scope: KeyScope | 'public' | 'store';
  summary: string;
  status: 200 | 201 | 202;
  query?: z.ZodType;
  body?: z.ZodType;
  answer?: z.ZodType;
  /** What a route without an answer sends. */
  text?: 'text/plain; charset=utf-8' | 'text/event-stream';
  /** Answers of another status that are no problems. */
  also?: Readonly<Record<number, z.ZodType>>;
  /** It waits for the probe of a store; few of these may wait at one time. */
  probe?: true;
};

/** A request that an operation carries out: the answer names the operation. */
export const accepted = { scope: 'operator', status: 202, answer: OperationAccepted } as const;
