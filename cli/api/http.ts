import http from 'node:http';

export type HttpRequest = {
  method: string;
  url: URL;
  headers: Record<string, string>;
  /** Of a server on this machine, in place of the host and port of `url`. */
  socketPath?: string | undefined;
  body?: string | undefined;
  /** Longest silence on the connection, in milliseconds; 0 waits for ever. */
  silenceMs: number;
  signal?: AbortSignal | undefined;
};

const KEEP_ALIVE_MS = 20_000;

/** The connection was refused, lost, or silent for too long: whether the request had an effect is unknown. */
export class ConnectionFault extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ConnectionFault';
  }
}

/**
 * Sends a request and resolves at the head of the answer, whatever its status. Not `fetch`: that cuts off a stream that
 * is silent for five minutes, and the log of a quiet store is.
 * @throws ConnectionFault when there is no answer
 */
export async function send(request: HttpRequest): Promise<http.IncomingMessage> {
  // TLS takes time to load, and a control plane on this machine has none.
  const { socketPath } = request;
  const transport =
    request.url.protocol === 'https:' && socketPath === undefined ? (await import('node:https')).default : http;
  return new Promise((resolve, reject) => {
    const outgoing = transport.request(request.url, {
      method: request.method,
      headers: request.headers,
      agent: false,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(request.signal ? { signal: request.signal } : {}),
    });
    // A stream may be silent for long: the system asks whether the other side is still there.
    outgoing.setSocketKeepAlive(true, KEEP_ALIVE_MS);
    outgoing.setTimeout(request.silenceMs, () => {
      outgoing.destroy(new ConnectionFault(`no answer within ${request.silenceMs / 1000} s`));
    });
    outgoing.once('response', resolve);
    outgoing.once('error', (error) => reject(asFault(error, request.signal)));
    outgoing.end(request.body);
  });
}

/** The text of an answer as it arrives. @throws ConnectionFault when it breaks off */
export async function* textOf(
  response: http.IncomingMessage,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) yield chunk as string;
  } catch (error) {
    throw asFault(error, signal);
  }
}

/** The whole answer. @throws ConnectionFault when it breaks off or exceeds 32 MiB of text */
export async function bodyOf(response: http.IncomingMessage, signal?: AbortSignal): Promise<string> {
  let body = '';
  for await (const chunk of textOf(response, signal)) {
    body += chunk;
    if (body.length > 32 * 1024 * 1024) throw new ConnectionFault('the answer is larger than anything Lapak sends');
  }
  return body;
}

function asFault(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || error instanceof ConnectionFault) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // Node leaves the message of an AggregateError (both loopback addresses refused) empty.
  return new ConnectionFault(message || code || 'the connection failed', { cause: error });
}
