import { relative } from 'node:path';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { facts } from '../output/table.ts';
import { apiUrlOf, type DemoOptions, sandboxUrlOf } from './options.ts';
import type { DemoState } from './state.ts';

export type Sale = { tenant: Tenant; orderId: string; state: DemoState };

/** What a program wants to know of the demo that runs. */
export function describeDemo(options: DemoOptions, { tenant, orderId }: Sale) {
  return {
    apiUrl: apiUrlOf(options),
    docsUrl: `${apiUrlOf(options)}/docs`,
    sandboxUrl: sandboxUrlOf(options),
    home: options.home,
    tenant,
    orderId,
  };
}

/** Where everything is, and what to try next. */
export function summarize(options: DemoOptions, { tenant, orderId, state }: Sale): string {
  const api = apiUrlOf(options);
  const sandbox = sandboxUrlOf(options);
  const near = relative(process.cwd(), options.home);
  const home = near.startsWith('..') ? options.home : near;
  const chat = `${sandbox}/control/bots/${tenant.bot.id}/chats/${state.customer.id}`;
  const addresses = facts({
    'Control plane': `${api}  (reference of its API: ${api}/docs)`,
    Sandbox: `${sandbox}/control  (a Telegram and a Pakasir of your own)`,
    Store: `${tenant.store}, bot @${tenant.bot.username}, health at http://127.0.0.1:${tenant.ports?.telegram}/readyz`,
    Folder: tenant.folder,
    Order: `${orderId}, paid and delivered`,
  });
  return `
The demo runs: control plane, Postgres, sandbox and one store.

${addresses}

Try next, in another terminal:
  export LAPAK_HOME=${home}
  npx lapak tenant list
  npx lapak tenant show ${tenant.store}
  npx lapak tenant logs ${tenant.store} --follow
  npx lapak tenant restart ${tenant.store}
  npx lapak operation list
Be the customer:
  curl -s ${chat}/act -H 'content-type: application/json' -d '{"act":"send","text":"/start"}'
  curl -s ${chat}

Ctrl-C stops all of it. The next "npm run demo" goes on from here; to begin afresh, remove ${home}.`;
}
