import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { Route } from '../../control-plane/api/contract/index.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { uuid } from '../../kernel/ids.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Credentials } from './credentials.ts';
import { bodyOf, ConnectionFault, send } from './http.ts';
import { problemError } from './problems.ts';

/** What fills a route: the names in its path, its query, its body. */
export type Given = {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
};

type Answered<R extends Route> = R extends { answer: infer A extends z.ZodType } ? z.infer<A> : undefined;

export type StreamOptions = Given & {
  headers?: Record<string, string>;
  /** Longest silence before the stream counts as broken, in milliseconds; 0 for none. */
  silenceMs: number;
  signal?: AbortSignal;
};

/** HTTP to one control plane. Every answer is checked against its schema; every fault is a CliError. */
export type Client = {
  readonly apiUrl: string;
  call<R extends Route>(route: R, given?: Given): Promise<Answered<R>>;
  /** Opens a route that streams. @throws ConnectionFault without an answer, CliError for a refusal */
  stream(route: Route, options: StreamOptions): Promise<IncomingMessage>;
};

const ANSWER_WITHIN_MS = 60_000;
/** Pauses before a request is sent again: enough for a control plane that is being restarted by hand. */
const RETRY_AFTER_MS = [200, 800, 2000];
/** The API counts by the minute: what asks for more is no rate limit of its own. */
const LONGEST_RETRY_AFTER_S = 70;
/** So often one request waits for its turn. */
const MOST_WAITS = 5;

/** @param tell hears that a request waits, and for how long */
export function createClient(
  { apiUrl, apiKey, socketPath }: Credentials,
  tell: (line: string) => void = () => {},
): Client {
  const headers = { authorization: `Bearer ${apiKey}`, 'user-agent': 'lapak-cli' };

  async function call<R extends Route>(route: R, given: Given = {}): Promise<Answered<R>> {
    const body = given.body === undefined ? undefined : JSON.stringify(given.body);
    const request = {
      method: route.method,
      socketPath,
      url: urlOf(apiUrl, route, given),
      headers: {
        ...headers,
        accept: 'application/json',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
        // One key for all attempts: a request whose answer was lost is answered again, not done again.
        ...(route.method === 'GET' ? {} : { 'idempotency-key': uuid() }),
      },
      body,
      silenceMs: ANSWER_WITHIN_MS,
    };
    const { response, text } = await persist(apiUrl, tell, async () => {
      const response = await send(request);
      return { response, text: await bodyOf(response) };
    });
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw refusal(apiUrl, status, text);
    return (route.answer ? readAnswer(apiUrl, status, text, route.answer) : undefined) as Answered<R>;
  }

  async function stream(route: Route, options: StreamOptions): Promise<IncomingMessage> {
    const response = await whenAdmitted(tell, options.signal, () =>
      send({
        method: route.method,
        socketPath,
        url: urlOf(apiUrl, route, options),
        headers: { ...headers, ...options.headers },
        silenceMs: options.silenceMs,
        signal: options.signal,
      }),
    );
    const isPage = response.headers['content-type']?.includes('html') === true;
    if (response.statusCode === 200 && !isPage) return response;
    throw refusal(apiUrl, response.statusCode ?? 0, await bodyOf(response, options.signal));
  }

  return { apiUrl, call, stream };
}

/** Nobody answers at the address of the control plane. */
export function unreachable(apiUrl: string, cause: unknown): CliError {
  return new CliError(`The control plane at ${apiUrl} cannot be reached: ${errorMessage(cause)}.`, {
    exit: EXIT.unreachable,
    code: 'CONTROL_PLANE_UNREACHABLE',
    hints: [
      'Start it, if it should run on this machine: npx lapak server',
      'Stores go on selling without it. What is wrong: npx lapak doctor',
    ],
    cause,
  });
}

type Answer = { response: IncomingMessage; text: string };

/** Sends until there is an answer, a few times. */
async function persist(apiUrl: string, tell: (line: string) => void, attempt: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const pause = RETRY_AFTER_MS[tries];
    try {
      return await whenAdmitted(tell, undefined, attempt, ({ response }) => response);
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error;
      if (pause === undefined) throw unreachable(apiUrl, error);
      await delay(pause);
    }
  }
}

/** Asks again for as long as the answer is "too many requests", each time when it says; then that is the answer. */
async function whenAdmitted<T extends IncomingMessage | Answer>(
  tell: (line: string) => void,
  signal: AbortSignal | undefined,
  ask: () => Promise<T>,
  headOf: (answer: T) => IncomingMessage = (answer) => answer as IncomingMessage,
): Promise<T> {
  for (let waits = 0; ; waits++) {
    const answer = await ask();
    const head = headOf(answer);
    const later = laterMs(head);
    if (later === undefined || waits === MOST_WAITS) return answer;
    head.resume();
    tell(`Too many requests: waiting ${later / 1000} s, as the control plane asks.`);
    await delay(later, undefined, signal ? { signal } : {});
  }
}

/** How long a "too many requests" asks to wait, in milliseconds, when that is bearable. */
function laterMs(response: IncomingMessage): number | undefined {
  const seconds = Number(response.headers['retry-after']);
  const wanted = response.statusCode === 429 && seconds > 0 && seconds <= LONGEST_RETRY_AFTER_S;
  return wanted ? seconds * 1000 : undefined;
}

function readAnswer<S extends z.ZodType>(apiUrl: string, status: number, text: string, schema: S): z.infer<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw stranger(apiUrl, status, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw notUnderstood(`The control plane at ${apiUrl}`, parsed.error);
}

/** An answer that the contract does not know. */
export function notUnderstood(who: string, error: z.ZodError): CliError {
  const where = error.issues[0]?.path.join('.') || 'as a whole';
  return new CliError(`${who} answered in a way that this lapak does not understand (${where}).`, {
    exit: EXIT.failed,
    code: 'ANSWER_NOT_UNDERSTOOD',
    hints: ['The two are probably of different versions: update the older one.'],
  });
}

function refusal(apiUrl: string, status: number, text: string): CliError {
  return problemError(text) ?? stranger(apiUrl, status, undefined);
}

function stranger(apiUrl: string, status: number, cause: unknown): CliError {
  return new CliError(
    `What answers at ${apiUrl} (status ${status}) is not a Lapak control plane, or something in front of it.`,
    {
      exit: EXIT.unreachable,
      code: 'NOT_A_CONTROL_PLANE',
      hints: ['Check LAPAK_API_URL (or LAPAK_HOME/cli.json), and the proxy on the way if there is one.'],
      cause,
    },
  );
}

function urlOf(apiUrl: string, route: Route, { params = {}, query = {} }: Given): URL {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const url = new URL(`${apiUrl.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
