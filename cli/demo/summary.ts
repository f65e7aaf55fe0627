import { relative } from 'node:path';
import type { SignInLink, Tenant } from '../../control-plane/api/contract/index.ts';
import { facts } from '../output/table.ts';
import { apiUrlOf, type DemoOptions, sandboxUrlOf } from './options.ts';
import type { DemoState } from './state.ts';

/** `link`: signs a browser in to the console, once and within a minute. */
export type Sale = { tenant: Tenant; orderId: string; state: DemoState; link: SignInLink };

/** The page with the customer's phone on the left and the seller's on the right. */
function phonesUrlOf(options: DemoOptions, { tenant, state }: Sale): string {
  const search = new URLSearchParams({
    bot: String(tenant.bot.id),
    left: String(state.customer.id),
    right: String(state.seller.id),
  });
  return `${sandboxUrlOf(options)}/?${search}`;
}

/** What a program wants to know of the demo that runs. */
export function describeDemo(options: DemoOptions, sale: Sale) {
  const { tenant, orderId } = sale;
  return {
    apiUrl: apiUrlOf(options),
    docsUrl: `${apiUrlOf(options)}/docs`,
    sandboxUrl: sandboxUrlOf(options),
    consoleUrl: `${apiUrlOf(options)}/console`,
    consoleLink: sale.link,
    phonesUrl: phonesUrlOf(options, sale),
    home: options.home,
    tenant,
    orderId,
  };
}

/** Where everything is, and what to try next. */
export function summarize(options: DemoOptions, sale: Sale): string {
  const { tenant, orderId } = sale;
  const api = apiUrlOf(options);
  const near = relative(process.cwd(), options.home);
  const home = near.startsWith('..') ? options.home : near;
  const addresses = facts({
    'Control plane': `${api}  (reference of its API: ${api}/docs)`,
    Sandbox: `${sandboxUrlOf(options)}/control  (a Telegram and a Pakasir of your own)`,
    Store: `${tenant.store}, bot @${tenant.bot.username}, health at http://127.0.0.1:${tenant.ports?.telegram}/readyz`,
    Folder: tenant.folder,
    Order: `${orderId}, paid and delivered`,
  });
  return `
The demo runs: control plane, Postgres, sandbox and one store.

Open two phones in a browser, buy with the left one, stock with the right one, and pay at the bank beside them:
  ${phonesUrlOf(options, sale)}

See in the console what the operator sees. This link signs in once, within a minute; for another one: npx lapak console
  ${sale.link.url}

${addresses}

Try next, in another terminal:
  export LAPAK_HOME=${home}
  npx lapak console
  npx lapak tenant list
  npx lapak tenant show ${tenant.store}
  npx lapak tenant logs ${tenant.store} --follow
  npx lapak tenant restart ${tenant.store}
  npx lapak operation list

Ctrl-C stops all of it. The next "npm run demo" goes on from here; to begin afresh, remove ${home}.`;
}
