/**
 * Faults that reach a person or a program carry a stable code. This list is part of the API: clients
 * match on `code`, the HTTP edge turns it into `status`, and `docs/errors.md` is written from it.
 */
export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, title: 'The request is not valid' },
  CONFIG_INVALID: { status: 500, title: 'The environment is not complete or not valid' },
  UNAUTHENTICATED: { status: 401, title: 'A valid API key is required' },
  FORBIDDEN: { status: 403, title: 'This API key may not do that' },
  CROSS_SITE_REFUSED: { status: 403, title: 'The request did not come from the console' },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  TENANT_NOT_FOUND: { status: 404, title: 'No such store' },
  TENANT_EXISTS: { status: 409, title: 'A store of this name exists already' },
  TENANT_STATE_CONFLICT: { status: 409, title: 'The store is not in a state that allows this' },
  DATABASE_MISSING: { status: 409, title: 'The store has no database' },
  OPERATION_NOT_FOUND: { status: 404, title: 'No such operation' },
  OPERATION_IN_PROGRESS: { status: 423, title: 'Another operation holds this store' },
  OPERATION_STATE_CONFLICT: { status: 409, title: 'The operation is not in a state that allows this' },
  OPERATION_SET_ASIDE: { status: 500, title: 'The control plane ended twice while the operation was at work' },
  ROLLOUT_NOT_FOUND: { status: 404, title: 'No such rollout' },
  ROLLOUT_IN_PROGRESS: { status: 409, title: 'Another rollout holds a store' },
  ROLLOUT_STATE_CONFLICT: { status: 409, title: 'The rollout is not in a state that allows this' },
  INCIDENT_NOT_FOUND: { status: 404, title: 'No such incident' },
  API_KEY_NOT_FOUND: { status: 404, title: 'No such API key' },
  LAST_ADMIN_KEY: { status: 409, title: 'This is the last admin key that is in force' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key was used for a different request' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  HOST_REFUSED: { status: 421, title: 'Another host is meant' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The request body is too large' },
  TELEGRAM_TOKEN_REJECTED: { status: 422, title: 'Telegram does not accept this bot token' },
  TELEGRAM_BOT_IN_USE: { status: 409, title: 'This bot serves another store already' },
  TELEGRAM_REFUSED: { status: 502, title: 'Telegram refuses to serve the store' },
  TELEGRAM_UNREACHABLE: { status: 502, title: 'Telegram does not answer' },
  PORTS_EXHAUSTED: { status: 503, title: 'No free port is left in the range' },
  ALREADY_RUNNING: { status: 409, title: 'Another control plane is at work here' },
  FOLDER_TAKEN: { status: 409, title: 'The folder belongs to another control plane' },
  ADDRESS_IN_USE: { status: 409, title: 'The address to listen on is taken' },
  POSTGRES_UNAVAILABLE: { status: 503, title: 'Postgres does not answer' },
  DRIVER_UNAVAILABLE: { status: 503, title: 'The driver that runs stores does not answer' },
  IMAGE_NOT_FOUND: { status: 409, title: 'The engine that runs stores does not have the image' },
  INGRESS_UNAVAILABLE: { status: 503, title: 'Caddy does not answer' },
  INGRESS_REFUSED: { status: 502, title: 'Caddy does not take the routes' },
  RUNTIME_UNHEALTHY: { status: 502, title: 'The store did not become healthy' },
  UPGRADE_ROLLED_BACK: { status: 502, title: 'The upgrade failed and the former image serves again' },
  CONFIGURATION_ROLLED_BACK: { status: 502, title: 'The change failed and the former configuration serves again' },
  MOVE_ROLLED_BACK: { status: 502, title: 'The move failed and the store serves where it was' },
  SHARD_NOT_FOUND: { status: 404, title: 'No such shard' },
  SECRET_UNREADABLE: { status: 500, title: 'A sealed secret cannot be opened with this master key' },
  BACKUP_NOT_FOUND: { status: 404, title: 'No such backup' },
  BACKUP_LIMIT_REACHED: { status: 429, title: 'Too many backups by hand in a day' },
  BACKUP_DAMAGED: { status: 422, title: 'The backup is damaged, incomplete or of something else' },
  BACKUP_FAILED: { status: 500, title: 'The backup could not be made' },
  BACKUP_STALLED: { status: 504, title: 'The backup came no further' },
  BACKUP_TOOLS_MISSING: { status: 503, title: 'No pg_dump or pg_restore that fits the server was found' },
  OFFSITE_UNAVAILABLE: { status: 502, title: 'The place of the offsite copies does not answer' },
  REHEARSAL_FAILED: { status: 502, title: 'The rehearsal found what has to be fixed' },
  STORAGE_FULL: { status: 507, title: 'The disk is full' },
  PATH_UNUSABLE: { status: 500, title: 'A file or folder cannot be used' },
  TOO_MANY_OPEN_FILES: { status: 503, title: 'The limit of open files is reached' },
  DEADLINE_EXCEEDED: { status: 504, title: 'A step of the work took too long' },
  CANCELLED: { status: 409, title: 'The work was cancelled' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * A fault with a stable code. `message` says what is wrong and what to do, in a sentence for a person;
 * it never holds a secret. `details` is published with the problem document.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details;
  }

  /** HTTP status of the code. */
  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
