type Header = { description: string; schema: { type: 'string' | 'integer' } };
type Response = { headers?: Record<string, Header> };
type Operation = {
  operationId?: string;
  security?: readonly unknown[];
  parameters?: unknown[];
  responses?: Record<string, Response>;
};

const text = (description: string): Header => ({ description, schema: { type: 'string' } });

const REQUEST_ID = text('Id of the request in the log of the control plane; the one that was sent, where it was one');
const RETRY_AFTER: Header = { description: 'With 429: seconds to wait', schema: { type: 'integer' } };
const CHALLENGE = text('With 401: how to authenticate');
const REPLAYED = text('`true` where an earlier request with this Idempotency-Key was answered so');

/**
 * Adds the headers to an OpenAPI document. They are not a part of the routes' schemas: those would be checked, and would
 * take away the headers that they do not name.
 */
export function withHeaders<D extends object>(document: D): D {
  const { paths = {} } = document as { paths?: Record<string, Record<string, Operation>> };
  for (const methods of Object.values(paths)) {
    for (const [method, operation] of Object.entries(methods)) describe(method, operation);
  }
  return document;
}

function describe(method: string, operation: Operation): void {
  const isKeyed = (operation.security?.length ?? 0) > 0;
  const remembers = isKeyed && method !== 'get';
  operation.parameters = [
    ...(operation.parameters ?? []),
    parameter('X-Request-Id', 'An id of your own for this request: 8 to 64 letters, digits, `.`, `_` and `-`'),
    ...(remembers ? [parameter('Idempotency-Key', 'A request that is sent again under its key is done once')] : []),
    ...(operation.operationId === 'operationEvents'
      ? [parameter('Last-Event-ID', 'Id of the last event that arrived: what came after it is replayed')]
      : []),
  ];
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    response.headers = {
      ...response.headers,
      'X-Request-Id': REQUEST_ID,
      ...(/^4xx$/i.test(status)
        ? { 'Retry-After': RETRY_AFTER, ...(isKeyed ? { 'WWW-Authenticate': CHALLENGE } : {}) }
        : {}),
      ...(remembers && status.startsWith('2') ? { 'Idempotency-Replayed': REPLAYED } : {}),
    };
  }
}

const parameter = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});
