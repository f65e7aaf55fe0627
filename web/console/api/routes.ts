import type { z } from 'zod';
import type { ROUTES } from '../../../control-plane/api/contract/index.ts';

type Routes = typeof ROUTES;
type AnyRoute = Routes[keyof Routes];

export type Method = AnyRoute['method'];
export type PathOf<M extends Method> = Extract<AnyRoute, { method: M }>['path'];
type RouteAt<M extends Method, P extends string> = Extract<AnyRoute, { method: M; path: P }>;

/** What a route answers; of those that stream, their text. */
export type Answer<M extends Method, P extends string> =
  RouteAt<M, P> extends { answer: infer S extends z.ZodType } ? z.output<S> : string;

type ParamNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
type InputOf<R, K extends 'query' | 'body'> = R extends Record<K, infer S extends z.ZodType> ? z.input<S> : undefined;

/** What a call of a route takes: as the contract has it before parsing. */
export type Request<M extends Method, P extends string> = (ParamNames<P> extends never
  ? { params?: undefined }
  : { params: Readonly<Record<ParamNames<P>, string>> }) & {
  query?: Partial<InputOf<RouteAt<M, P>, 'query'>>;
} & (undefined extends InputOf<RouteAt<M, P>, 'body'>
    ? { body?: InputOf<RouteAt<M, P>, 'body'> }
    : { body: InputOf<RouteAt<M, P>, 'body'> });
