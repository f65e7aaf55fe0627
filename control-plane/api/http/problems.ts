import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AppError, ERROR_CODES, type ErrorCode } from '../../../kernel/errors.ts';
import { systemFault } from '../../../kernel/system-fault.ts';
import type { Problem } from '../contract/index.ts';

type FieldErrors = NonNullable<Problem['errors']>;

/** A problem type is a name, explained in docs/errors.md. */
const TYPE_BASE = 'urn:lapak:problem:';

/** Everything that a request can end with, other than its answer, leaves as an RFC 9457 problem document. */
export function registerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, new AppError('NOT_FOUND', 'No route has this method and path.')),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const fault = toFault(error);
    if (fault.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
    return send(request, reply, fault);
  });
}

type Fault = Pick<AppError, 'code' | 'message' | 'details' | 'status'> & { errors?: FieldErrors };

function send(request: FastifyRequest, reply: FastifyReply, fault: Fault) {
  const { errors, ...details } = (fault.details ?? {}) as { errors?: FieldErrors };
  const fields = fault.errors ?? errors;
  const problem: Problem = {
    type: TYPE_BASE + fault.code.toLowerCase().replaceAll('_', '-'),
    title: ERROR_CODES[fault.code].title,
    status: fault.status,
    detail: fault.message,
    code: fault.code,
    requestId: request.id,
    ...(fields ? { errors: fields } : {}),
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
  return reply
    .code(fault.status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}

/** What of an error may be told. Of an unexpected one: nothing but that it happened. */
function toFault(error: FastifyError | Error): Fault {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.flatMap((issue) => fieldErrors(issue));
    return fault('BAD_REQUEST', 'Some fields were not accepted.', errors);
  }
  const { statusCode, code } = error as FastifyError;
  if (statusCode === 413) return fault('PAYLOAD_TOO_LARGE', 'A request body may hold at most 256 KiB.');
  if (statusCode === 429) return fault('RATE_LIMITED', 'Wait as long as Retry-After says.');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return fault('BAD_REQUEST', FASTIFY_DETAILS[code] ?? 'The request could not be read.');
  }
  if (UNSTORABLE.has(code)) return fault('BAD_REQUEST', 'A text holds a character that cannot be stored, such as NUL.');
  const ofMachine = systemFault(error);
  if (ofMachine) return ofMachine;
  if (isPostgresAway(error))
    return fault('POSTGRES_UNAVAILABLE', 'The database does not answer. Try again in a moment.');
  return fault('INTERNAL', 'The fault was recorded under this request id.');
}

const FASTIFY_DETAILS: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body must be application/json.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty; send JSON, or no Content-Type.',
};

function fault(code: ErrorCode, message: string, errors?: FieldErrors): Fault {
  return { code, message, status: ERROR_CODES[code].status, details: undefined, ...(errors ? { errors } : {}) };
}

type Issue = { instancePath: string; message?: string; keyword: string; params: Record<string, unknown> };

/** JSON pointer and expectation of each field; an unknown field gets an entry of its own. */
function fieldErrors(issue: Issue): FieldErrors {
  const at = issue.instancePath === '/' ? '' : issue.instancePath;
  if (issue.keyword === 'unrecognized_keys') {
    return (issue.params.keys as string[]).map((key) => ({
      pointer: `${at}/${escapePointer(key.slice(0, 64))}`,
      detail: 'is not a known field',
    }));
  }
  if (issue.keyword === 'invalid_key') return [{ pointer: at, detail: 'has a name of a form that is not allowed' }];
  return [{ pointer: at, detail: issue.message ?? 'is not valid' }];
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Postgres has no NUL in text (22021) nor in jsonb (22P05). */
const UNSTORABLE = new Set(['22021', '22P05']);

const CONNECTION_FAULTS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '53300']);

function isPostgresAway(error: Error): boolean {
  const { code } = error as { code?: string };
  return (
    (code !== undefined && CONNECTION_FAULTS.has(code)) ||
    /timeout exceeded when trying to connect|Connection terminated/.test(error.message)
  );
}

/** A refused field of a request, found outside its schema. */
export function refusedField(pointer: string, detail: string): AppError {
  return new AppError('BAD_REQUEST', 'Some fields were not accepted.', { details: { errors: [{ pointer, detail }] } });
}
