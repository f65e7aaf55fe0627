import { ListOperationsQuery, Operation, OperationPage } from '../operations.ts';
import { accepted, type Route } from './route.ts';

export const OPERATION_ROUTES = {
  listOperations: {
    method: 'GET',
    path: '/v1/operations',
    scope: 'viewer',
    summary: 'Operations, newest first',
    status: 200,
    query: ListOperationsQuery,
    answer: OperationPage,
  },
  showOperation: {
    method: 'GET',
    path: '/v1/operations/:id',
    scope: 'viewer',
    summary: 'One operation with its steps',
    status: 200,
    answer: Operation,
  },
  /** Server-sent events, see OperationEvent. */
  operationEvents: {
    method: 'GET',
    path: '/v1/operations/:id/events',
    scope: 'viewer',
    summary: 'Progress of an operation as server-sent events; replays from Last-Event-ID',
    status: 200,
    text: 'text/event-stream',
  },
  retryOperation: {
    ...accepted,
    method: 'POST',
    path: '/v1/operations/:id/retry',
    summary: 'Resume a failed or cancelled operation at the step that did not succeed',
  },
  cancelOperation: {
    ...accepted,
    method: 'POST',
    path: '/v1/operations/:id/cancel',
    summary: 'Cancel an operation at the next safe point',
  },
} as const satisfies Record<string, Route>;
