import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

export type BrowserAnswer<T> = { status: number; headers: IncomingMessage['headers']; body: T };

/** What a browser sends with a request, beside its cookie. */
export type Page = Readonly<Record<string, string>>;

/** The console's own page asks. */
export const OWN_PAGE: Page = { 'sec-fetch-site': 'same-origin' };

/** A browser that keeps cookies by their names, and sends what a page of it would; also what no page could. */
export type TestBrowser = {
  readonly cookies: Map<string, string>;
  ask<T = { code?: string; detail?: string }>(
    method: string,
    path: string,
    body?: unknown,
    page?: Page,
  ): Promise<BrowserAnswer<T>>;
  /** A stream; `ended` resolves when the server ends or breaks it off. */
  follow(path: string): Promise<{ status: number; ended: Promise<unknown> }>;
  signIn(apiKey: string, page?: Page): Promise<BrowserAnswer<{ endsAt: string; code?: string }>>;
};

/** @param from the address on this machine that it comes from: failed attempts are counted by address */
export function createBrowser(url: () => string, from = '127.0.0.1'): TestBrowser {
  const cookies = new Map<string, string>();

  async function send(method: string, path: string, body: unknown, page: Page): Promise<IncomingMessage> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = request(`${url()}${path}`, {
      ...{ method, agent: false, localAddress: from },
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...page,
      },
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }

  const browser: TestBrowser = {
    cookies,
    async ask<T>(method: string, path: string, body?: unknown, page: Page = OWN_PAGE) {
      const answer = await send(method, path, body, page);
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      const json = answer.headers['content-type']?.includes('json') && text !== '';
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: (json ? JSON.parse(text) : text) as T };
    },
    async follow(path) {
      const answer = await send('GET', path, undefined, OWN_PAGE);
      answer.resume();
      return { status: answer.statusCode ?? 0, ended: once(answer, 'close') };
    },
    signIn: (apiKey, page) => browser.ask('POST', '/v1/session', { apiKey }, page),
  };
  return browser;
}
