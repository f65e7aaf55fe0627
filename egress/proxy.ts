import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { boundConnections, addressOf as clientOf } from '../kernel/connections.ts';
import type { Log } from '../kernel/log.ts';
import { addressOf } from './config.ts';

const PER_STORE = 128;
const TOTAL = 32_768;
const CONNECT_MS = 10_000;
const HEADERS_MS = 5_000;
/** Above the longest poll of Telegram's. */
const SILENT_MS = 120_000;

/**
 * An HTTP proxy that leads to the allowed addresses only: by CONNECT for what is encrypted, or a request that names the
 * whole address.
 */
export function createEgressProxy({ allow, log }: { allow: ReadonlySet<string>; log: Log }): Server {
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: 0,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 16 * 1024,
  });
  const connections = boundConnections(server, { perAddress: PER_STORE, total: TOTAL });

  function refused(request: IncomingMessage): boolean {
    const target = targetOf(request);
    if (target !== undefined && allow.has(target)) return false;
    // What a hostile store asks for is not written down: only that it did.
    log.warn({ from: clientOf(request.socket) }, 'an address that no store needs was refused');
    return true;
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const end = connections.begin(request.socket);
    response.once('close', end);
    if (refused(request)) {
      response.writeHead(403, { connection: 'close' }).end('This address is not open to stores.\n');
      return;
    }
    const url = new URL(request.url as string);
    const { 'proxy-connection': _, 'proxy-authorization': __, ...headers } = request.headers;
    const onward = forward({
      ...addressOf(targetOf(request) as string),
      ...{ method: request.method, path: url.pathname + url.search, headers, timeout: SILENT_MS },
    });
    onward.once('timeout', () => onward.destroy());
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    onward.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  });

  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    client.on('error', () => client.destroy());
    if (refused(request)) {
      client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    const end = connections.begin(client);
    const onward = connect({ ...addressOf(request.url as string), noDelay: true, timeout: CONNECT_MS });
    let open = false;
    onward.once('connect', () => {
      open = true;
      onward.setTimeout(SILENT_MS);
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) onward.write(head);
      client.pipe(onward).pipe(client);
    });
    onward.once('timeout', () => onward.destroy());
    onward.on('error', () => (open ? client.destroy() : client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')));
    onward.once('close', () => open && client.destroy());
    client.once('close', () => {
      end();
      onward.destroy();
    });
  });

  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

/** `host:port` that a request is for; undefined where it is for this server. */
function targetOf({ method, url = '' }: IncomingMessage): string | undefined {
  if (method === 'CONNECT') return url.toLowerCase();
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return protocol === 'http:' ? `${hostname}:${port || 80}` : undefined;
}
