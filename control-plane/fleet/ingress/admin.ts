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

/** Every call throws AppError INGRESS_UNAVAILABLE when Caddy does not answer. */
export function createCaddyAdmin(address: string): CaddyAdmin {
  async function ask(path: string, body?: string): Promise<Response> {
    try {
      return await fetch(`${address}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'text/caddyfile' }, body }),
        signal: AbortSignal.timeout(WITHIN_MS),
      });
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      throw new AppError('INGRESS_UNAVAILABLE', `Caddy does not answer (${code ?? errorMessage(error)}).`);
    }
  }

  async function refusal(response: Response): Promise<string | undefined> {
    const text = await response.text();
    return response.ok ? undefined : `status ${response.status}: ${wordsOf(text).slice(0, LONGEST_WORDS)}`;
  }

  return {
    load: async (caddyfile) => refusal(await ask('/load', caddyfile)),
    check: async (caddyfile) => refusal(await ask('/adapt', caddyfile)),
    async tag() {
      const response = await ask('/config/');
      const text = await response.text();
      return response.headers.get('etag') ?? text;
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
