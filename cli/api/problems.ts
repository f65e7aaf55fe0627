import { Problem } from '../../control-plane/api/contract/index.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';

/** What to do about a fault, where more can be said than the control plane's own sentence does. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  UNAUTHENTICATED: [
    'Check LAPAK_API_KEY (or LAPAK_HOME/cli.json): the key may be revoked, expired, or of another server.',
  ],
  FORBIDDEN: ['Use a key with a wider scope. Who has an admin key makes one: lapak key create <name> --scope <scope>'],
  TENANT_NOT_FOUND: ['See which stores there are: lapak tenant list'],
  TENANT_EXISTS: ['Choose another name, or look at it: lapak tenant show <store>'],
  OPERATION_NOT_FOUND: ['See the latest operations: lapak operation list'],
  ROLLOUT_NOT_FOUND: ['See the latest rollouts: lapak rollout list'],
  ROLLOUT_IN_PROGRESS: ['See which rollouts there are: lapak rollout list'],
  INCIDENT_NOT_FOUND: ['See which incidents there are: lapak incident list'],
  BACKUP_NOT_FOUND: ['See which backups there are: lapak backup list <store>'],
  LAST_ADMIN_KEY: [
    'Make another first: lapak key create <name> --scope admin',
    'Or revoke it all the same: lapak key revoke <id> --force, and restart lapak server for a new one in its cli.json',
  ],
  API_KEY_NOT_FOUND: ['See which keys there are: lapak key list'],
  TELEGRAM_TOKEN_REJECTED: ['Ask @BotFather for the token (/mybots → API Token), and put it into the file again.'],
  TELEGRAM_BOT_IN_USE: ['Every store needs a bot of its own: make one with @BotFather (/newbot).'],
  TELEGRAM_UNREACHABLE: ['See what is wrong with the connection: lapak doctor'],
  POSTGRES_UNAVAILABLE: ['See what is wrong: lapak doctor'],
  DRIVER_UNAVAILABLE: ['See what is wrong: lapak doctor'],
  IMAGE_NOT_FOUND: ['See which images there are: docker image ls'],
  PORTS_EXHAUSTED: ['Widen LAPAK_PORT_RANGE and restart the control plane, or remove stores.'],
  INTERNAL: ["The control plane's log says more under this request id."],
};

/** The error that an answer of the control plane means. `undefined` when the text is no problem document. */
export function problemError(body: string): CliError | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = Problem.safeParse(json);
  return parsed.success ? fromProblem(parsed.data) : undefined;
}

function fromProblem(problem: Problem): CliError {
  return new CliError(problem.detail || problem.title, {
    exit: exitOf(problem.status),
    code: problem.code,
    hints: [...operationAdvice(problem), ...(ADVICE[problem.code] ?? [])],
    refusals: problem.errors?.map((error) => ({ field: fieldOf(error.pointer), expected: error.detail })) ?? [],
    requestId: problem.requestId,
  });
}

function exitOf(status: number): ExitCode {
  if (status === 400) return EXIT.usage;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 423) return EXIT.conflict;
  return EXIT.failed;
}

/** A store that is held: say how to watch what holds it. */
function operationAdvice({ code, details }: Problem): string[] {
  const operation = details?.operation;
  const id = typeof operation === 'string' ? operation : (operation as { id?: unknown } | undefined)?.id;
  if (code !== 'OPERATION_IN_PROGRESS' || typeof id !== 'string') return [];
  return [`Watch it: lapak operation watch ${id}`, `Or stop it: lapak operation cancel ${id}`];
}

/** `/pakasir/apiKey` → `pakasir.apiKey` */
function fieldOf(pointer: string): string {
  return pointer.replace(/^#?\//, '').replaceAll('/', '.') || '(request)';
}
