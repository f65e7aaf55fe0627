import type { FastifyRequest } from 'fastify';

/** The cookie that holds the id of a session. */
export type SessionCookie = {
  /** The id that a request came with; undefined without one, or with several. */
  read(request: FastifyRequest): string | undefined;
  /** A value of Set-Cookie that is kept until `endsAt`. */
  write(request: FastifyRequest, id: string, endsAt: Date, now: Date): string;
  /** A value of Set-Cookie that takes it away. */
  clear(request: FastifyRequest): string;
};

/** A browser takes this name only over TLS, for this very host and all of its paths: no other host can plant it. */
const SECURE_NAME = '__Host-lapak-session';
const PLAIN_NAME = 'lapak-session';
const ID = /^[A-Za-z0-9_-]{43}$/;
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** @param consoleUrl where browsers find the console, when a proxy stands before it */
export function createSessionCookie(consoleUrl: string | undefined): SessionCookie {
  const { protocol, hostname } = consoleUrl === undefined ? { protocol: '', hostname: '' } : new URL(consoleUrl);

  const isSecure = (request: FastifyRequest) =>
    request.protocol === 'https' || (protocol === 'https:' && request.hostname === hostname);

  function setCookie(request: FastifyRequest, value: string, seconds: number): string {
    const secure = isSecure(request);
    const name = secure ? SECURE_NAME : PLAIN_NAME;
    return `${name}=${value}; ${ATTRIBUTES}; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
  }

  return {
    read(request) {
      const name = isSecure(request) ? SECURE_NAME : PLAIN_NAME;
      const values = (request.headers.cookie ?? '')
        .split(';')
        .map((pair) => pair.trim().split('='))
        .flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
      const [id, ...others] = values;
      // Of two with one name, somebody else planted one; which is not known.
      return id !== undefined && others.length === 0 && ID.test(id) ? id : undefined;
    },
    write: (request, id, endsAt, now) =>
      setCookie(request, id, Math.max(0, Math.floor((endsAt.getTime() - now.getTime()) / 1000))),
    clear: (request) => setCookie(request, '', 0),
  };
}
