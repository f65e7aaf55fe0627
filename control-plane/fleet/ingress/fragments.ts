export type RoutePorts = { telegram: number; pakasir: number };

/** How long Caddy goes on trying a store that is being replaced, so that no webhook is dropped in the gap. */
const HOLD = '15s';
const TRY_EVERY = '250ms';
/** More than Telegram or Pakasir ever post. */
const MOST_BODY = '2MB';

/** The routes of one store below the path of the public address: its two webhooks, and nothing else of it. Pure. */
export function fragment(store: string, publicUrl: string, ports: RoutePorts): string {
  const base = new URL(publicUrl).pathname.replace(/\/$/, '');
  return [
    ...route(`${base}/${store}/telegram`, '/telegram', ports.telegram),
    ...route(`${base}/${store}/webhooks/pakasir`, '/webhooks/pakasir', ports.pakasir),
    '',
  ].join('\n');
}

function route(path: string, to: string, port: number): string[] {
  return [
    `\thandle ${path} {`,
    `\t\trequest_body {`,
    `\t\t\tmax_size ${MOST_BODY}`,
    '\t\t}',
    `\t\trewrite * ${to}`,
    `\t\treverse_proxy 127.0.0.1:${port} {`,
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
export function caddyfile(publicUrl: string, admin: string | undefined, fragments: readonly string[]): string {
  const options = admin === undefined ? '' : `{\n\tadmin ${new URL(admin).host}\n}\n`;
  return `${options}${new URL(publicUrl).origin} {\n${fragments.join('')}\thandle {\n\t\trespond 404\n\t}\n}\n`;
}
