import type { Problem } from '../../../control-plane/api/contract/index.ts';

/** What the API refused, as it said it. `NETWORK` where no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  /** What is expected of each refused field, by its JSON pointer (`/pakasir/slug`). */
  readonly errors: ReadonlyMap<string, string>;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(problem: Omit<Problem, 'type'>) {
    super(problem.detail || problem.title);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.errors = new Map(problem.errors?.map(({ pointer, detail }) => [pointer, detail]));
    this.details = problem.details ?? {};
  }

  /** Asked again, it may go well. */
  get isPassing(): boolean {
    return this.code === 'NETWORK' || this.status === 429 || this.status >= 500;
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value && 'status' in value;

/** An answer that is no success, also one that something between us and the API gave. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (isProblem(body)) return new ApiProblem(body);
  return new ApiProblem({
    status: response.status,
    code: `HTTP_${response.status}`,
    title: `HTTP ${response.status}`,
    detail: response.statusText,
    requestId: response.headers.get('x-request-id') ?? '',
  });
}

export const networkProblem = (error: unknown): ApiProblem =>
  new ApiProblem({
    status: 0,
    code: 'NETWORK',
    title: 'No connection',
    detail: error instanceof Error ? error.message : String(error),
    requestId: '',
  });
