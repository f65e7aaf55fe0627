import { request } from 'node:http';
import { AppError, errorMessage } from '../../../kernel/errors.ts';

/** Caddy's admin API: https://caddyserver.com/docs/api */
export type CaddyAdmin = {
  /** Puts a Caddyfile in force, as a whole or not at all. Caddy's own words when it refuses, undefined when it took it. */
  load(caddyfile: string): Promise<string | undefined>;
  /** Caddy's own words when it cannot read a Caddyfile. Changes nothing. */
  check(caddyfile: string): Promise<string | undefined>;
  /** Stands for the configuration in force: another one means that somebody else, or a restart, changed it. */
  tag(): Promise<string>;
};

const WITHIN_MS = 15_000;
const LONGEST_WORDS = 300;

type Answered = { status: number; etag: string | undefined; text: string };

/** How Caddy writes where its admin API listens, for an address such as http://127.0.0.1:2019 or unix:///run/caddy.sock. */
export function adminListener(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return protocol === 'unix:' ? `unix/${pathname}` : host;
}

/** Every call throws AppError INGRESS_UNAVAILABLE when Caddy does not answer. */
export function createCaddyAdmin(address: string): CaddyAdmin {
  const { protocol, hostname, port, pathname } = new URL(address);
  // On a socket Caddy has no name, and wants none named.
  const where =
    protocol === 'unix:'
      ? { socketPath: pathname, setHost: false, headers: { host: '' } }
      : { hostname, port: port || 80 };

  async function ask(path: string, body?: string): Promise<Answered> {
    try {
      return await answered(path, body);
    } catch (error) {
      const { code } = error as { code?: string };
      throw new AppError('INGRESS_UNAVAILABLE', `Caddy does not answer (${code ?? errorMessage(error)}).`);
    }
  }

  function answered(path: string, body: string | undefined): Promise<Answered> {
    const { headers, ...to } = { headers: {}, ...where };
    const type = body === undefined ? {} : { 'content-type': 'text/caddyfile' };
    const method = body === undefined ? 'GET' : 'POST';
    const signal = AbortSignal.timeout(WITHIN_MS);
    // Caddy ends the connections of its admin API when it loads routes: none is used twice.
    const one = { ...to, path, method, signal, agent: false, headers: { ...headers, ...type } };
    return new Promise((resolve, reject) => {
      const asked = request(one, async (answer) => {
        try {
          let text = '';
          for await (const chunk of answer.setEncoding('utf8')) text += chunk;
          resolve({ status: answer.statusCode ?? 0, etag: answer.headers.etag, text });
        } catch (error) {
          reject(error);
        }
      });
      asked.once('error', reject);
      asked.end(body);
    });
  }

  function refusal({ status, text }: Answered): string | undefined {
    const isFine = status >= 200 && status < 300;
    return isFine ? undefined : `status ${status}: ${wordsOf(text).slice(0, LONGEST_WORDS)}`;
  }

  return {
    load: async (caddyfile) => refusal(await ask('/load', caddyfile)),
    check: async (caddyfile) => refusal(await ask('/adapt', caddyfile)),
    async tag() {
      const { etag, text } = await ask('/config/');
      return etag ?? text;
    },
  };
}

function wordsOf(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: unknown } | null;
    return typeof body?.error === 'string' ? body.error : text;
  } catch {
    return text;
  }
}
