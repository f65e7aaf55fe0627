import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../../kernel/log.ts';
import { whyRefused } from './bodies.ts';
import { judge } from './rules.ts';

const MOST_BODY = 1024 * 1024;
const LABELS = ['lapak.tenant', 'lapak.egress'];

/** Lets through to the engine what the docker driver asks for. */
export function createEngineProxy(options: { engine: string; deployments: string; log: Log }): Server {
  const { engine, deployments, log } = options;

  /** Whether a container is Lapak's; one that is not there is nobody's. */
  async function isOwn(id: string): Promise<boolean> {
    const answer = await ask(engine, `/containers/${encodeURIComponent(id)}/json`);
    if (answer.status === 404) return true;
    if (answer.status !== 200) return false;
    const { Config } = JSON.parse(answer.text) as { Config?: { Labels?: Record<string, string> | null } };
    return LABELS.some((label) => Config?.Labels?.[label] !== undefined);
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming;
    const { pathname } = new URL(url, 'http://engine');
    const verdict = judge(method, pathname);
    if (!verdict.allowed) return refuse(response, `${method} ${pathname}`);
    if (verdict.own !== undefined && !(await isOwn(verdict.own))) {
      return refuse(response, `${method} of a container that is not Lapak's`);
    }
    const body = await read(incoming);
    if (verdict.body) {
      const why = whyRefused(verdict.body, parsed(body), deployments);
      if (why !== undefined) return refuse(response, `${method} ${pathname}: ${why}`);
    }
    forward(incoming, body, response);
  }

  function refuse(response: ServerResponse, what: string): void {
    log.warn({ what }, 'a call to the engine was refused');
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `Lapak's engine proxy does not let this through: ${what}` }));
  }

  function forward({ method, url, headers }: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { 'transfer-encoding': _, connection: __, upgrade: ___, ...kept } = headers;
    const length = body.length > 0 || method === 'POST' ? { 'content-length': String(body.length) } : {};
    const onward = request({ socketPath: engine, method, path: url, headers: { ...kept, ...length } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    onward.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.once('close', () => onward.destroy());
    onward.end(body);
  }

  return createServer((incoming, response) => {
    handle(incoming, response).catch((err) => {
      log.warn({ err }, 'a call to the engine failed');
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(502, { 'content-type': 'application/json' })
          .end('{"message":"The engine does not answer."}');
    });
  });
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function ask(socketPath: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, async (answer) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      resolve({ status: answer.statusCode ?? 0, text });
    });
    asked.once('error', reject);
    asked.end();
  });
}
