import { AppError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import { createMutex } from '../../../kernel/mutex.ts';
import type { Endpoint } from '../drivers/index.ts';
import { adminListener, createCaddyAdmin } from './admin.ts';
import { createRouteFiles } from './files.ts';

/** How long Caddy goes on trying a store that is being replaced, so that no webhook is dropped in the gap. */
const HOLD = '15s';

const TRY_EVERY = '250ms';

/** More than Telegram or Pakasir ever post. */
const MOST_BODY = '2MB';

/** The routes of one store below the path of the public address: its two webhooks, and nothing else of it. Pure. */
function fragment(store: string, publicUrl: string, endpoint: Endpoint): string {
  const base = new URL(publicUrl).pathname.replace(/\/$/, '');
  return [
    ...route(`${base}/${store}/telegram`, '/telegram', endpoint.telegram),
    ...route(`${base}/${store}/webhooks/pakasir`, '/webhooks/pakasir', endpoint.pakasir),
    '',
  ].join('\n');
}

function route(path: string, to: string, address: string): string[] {
  const { host, pathname } = new URL(address);
  return [
    `\thandle ${path} {`,
    `\t\trequest_body {`,
    `\t\t\tmax_size ${MOST_BODY}`,
    '\t\t}',
    `\t\trewrite * ${pathname.replace(/\/$/, '')}${to}`,
    `\t\treverse_proxy ${host} {`,
    `\t\t\tlb_try_duration ${HOLD}`,
    `\t\t\tlb_try_interval ${TRY_EVERY}`,
    '\t\t}',
    '\t}',
  ];
}

/**
 * A whole Caddyfile of these fragments. `admin` is where Caddy's admin API listens: a load without it would move the API
 * back to its default. Pure.
 */
function caddyfile({ publicUrl, console, admin }: CaddyOptions, fragments: readonly string[]): string {
  const options = admin === undefined ? '' : `{\n\tadmin ${adminListener(admin)}\n}\n`;
  const stores =
    publicUrl === undefined ? '' : `${new URL(publicUrl).origin} {\n${fragments.join('')}${NOTHING_ELSE}}\n`;
  return `${options}${stores}${console === undefined ? '' : consoleSite(console)}`;
}

const NOTHING_ELSE = '\thandle {\n\t\trespond 404\n\t}\n';

/** The console under its own name: its pages and the API that they read, and nothing else of the control plane. */
function consoleSite({ url, upstream }: ConsoleSite): string {
  const lines = [
    `${url} {`,
    '\t@console path / /console /console/* /v1/*',
    '\thandle @console {',
    '\t\tencode /console/* gzip',
    `\t\treverse_proxy ${upstream}`,
    '\t}',
  ];
  return `${lines.join('\n')}\n${NOTHING_ELSE}}\n`;
}

/** `later`: written down, but Caddy does not answer; it is told when it is back. */
export type Routed = 'live' | 'later';

export type Ingress = {
  /** Routes the store's two webhooks to where its runtime is reached. @throws AppError INGRESS_REFUSED in Caddy's own words */
  put(store: string, endpoint: Endpoint): Promise<Routed>;
  /** Takes the store's routes away. False when it had none. */
  remove(store: string): Promise<boolean>;
  /**
   * Brings files and Caddy in line with what is wanted: routes that were lost or changed by hand, those of stores that are
   * gone, and a Caddy that began anew. `routes` is read when no change is under way.
   * @throws AppError INGRESS_UNAVAILABLE, INGRESS_REFUSED, also when all is in force but the routes of some store
   */
  converge(routes: () => Promise<WantedRoutes>): Promise<void>;
};

/** Routes as the rows want them; those of stores in `busy`, which an operation is changing just now, stay as they are. */
export type WantedRoutes = { wanted: ReadonlyMap<string, Endpoint>; busy: ReadonlySet<string> };

/** `upstream`: host and port of the control plane as Caddy reaches them. */
export type ConsoleSite = { url: string; upstream: string };

export type CaddyOptions = {
  /** Folder of the fragments and of the Caddyfile that Caddy starts with. */
  dir: string;
  /** Public address of the stores; undefined where none of them is reached from outside. */
  publicUrl: string | undefined;
  /** The console, where Caddy leads to it. */
  console?: ConsoleSite | undefined;
  /** Address of Caddy's admin API; without it Caddy is reloaded by somebody else. */
  admin: string | undefined;
  log: Log;
};

/** One fragment per store, so that webhooks go from Caddy straight to the store and never through the control plane. */
export function createCaddyIngress(options: CaddyOptions): Ingress {
  const { publicUrl, log } = options;
  const files = createRouteFiles(options.dir);
  const admin = options.admin === undefined ? undefined : createCaddyAdmin(options.admin);
  // One change at a time: what Caddy is told last is what the folder holds.
  const serial = createMutex<'routes'>();
  const whole = (fragments: Iterable<string>) => caddyfile(options, [...fragments]);
  let inForce: { text: string; tag: string } | undefined;

  async function apply(): Promise<void> {
    const fragments = await files.all();
    const text = whole(fragments.values());
    if (text === inForce?.text) return;
    if (!admin) return take(text, '');
    const refused = await admin.load(text);
    if (refused === undefined) return take(text, await admin.tag());
    if ((await putAsideTheBroken(fragments)) === 0) {
      throw new AppError(
        'INGRESS_REFUSED',
        `Caddy did not take the routes (${refused}). Check LAPAK_PUBLIC_URL and LAPAK_CONSOLE_URL.`,
      );
    }
    await apply();
  }

  async function take(text: string, tag: string): Promise<void> {
    await files.writeWhole(text);
    inForce = { text, tag };
  }

  /** A fragment that Caddy cannot read is taken out, so that it costs no other store its routes. */
  async function putAsideTheBroken(fragments: ReadonlyMap<string, string>): Promise<number> {
    let broken = 0;
    for (const [store, text] of fragments) {
      const words = await admin?.check(whole([text]));
      if (words === undefined) continue;
      broken += 1;
      log.error(
        { store, reason: words, file: await files.putAside(store) },
        'the routes of a store are broken and were put aside',
      );
    }
    return broken;
  }

  async function writeIfNew(store: string, endpoint: Endpoint): Promise<void> {
    if (publicUrl === undefined) throw new AppError('INGRESS_REFUSED', `${store}: LAPAK_PUBLIC_URL is not set.`);
    const text = fragment(store, publicUrl, endpoint);
    if ((await files.read(store)) !== text) await files.write(store, text);
  }

  return {
    put: (store, endpoint) =>
      serial.run('routes', async () => {
        await writeIfNew(store, endpoint);
        try {
          await apply();
        } catch (error) {
          if (!isAway(error)) throw error;
          return 'later';
        }
        if ((await files.read(store)) !== undefined) return 'live';
        throw new AppError('INGRESS_REFUSED', `Caddy cannot read the routes of ${store}. Check LAPAK_PUBLIC_URL.`);
      }),
    remove: (store) =>
      serial.run('routes', async () => {
        const known = await files.remove(store);
        await apply().catch((error) => {
          if (!isAway(error)) throw error;
        });
        return known;
      }),
    converge: (routes) =>
      serial.run('routes', async () => {
        const { wanted, busy } = await routes();
        for (const [store, endpoint] of wanted) if (!busy.has(store)) await writeIfNew(store, endpoint);
        for (const store of (await files.all()).keys()) {
          if (!wanted.has(store) && !busy.has(store)) await files.remove(store);
        }
        if (admin && inForce && (await admin.tag()) !== inForce.tag) inForce = undefined;
        await apply();
        const routed = await files.all();
        const refused = [...wanted.keys()].filter((store) => !busy.has(store) && !routed.has(store));
        if (refused.length > 0) {
          throw new AppError(
            'INGRESS_REFUSED',
            `Caddy cannot read the routes of ${refused.join(', ')}. Check its version.`,
          );
        }
      }),
  };
}

const isAway = (error: unknown): boolean => error instanceof AppError && error.code === 'INGRESS_UNAVAILABLE';

/** Where nothing reaches a store from outside: all of them poll. */
export const noIngress: Ingress = { put: async () => 'live', remove: async () => false, converge: async () => {} };
