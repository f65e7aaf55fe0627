import type { z } from 'zod';
import { ROUTES, type TenantConfiguration } from '../../api/contract/index.ts';
import { type Define, streamText } from '../../api/http/index.ts';
import type { Tenants } from './service.ts';

export function tenantRoutes(
  define: Define,
  tenants: Tenants,
  deps: { configuration(store: string): Promise<z.infer<typeof TenantConfiguration>>; closing: AbortSignal },
): void {
  define(ROUTES.createTenant, ({ body, caller }) => tenants.create(body, caller));
  define(ROUTES.cloneTenant, ({ param, body, caller }) => tenants.clone(param('store'), body, caller));
  define(ROUTES.listTenants, ({ query }) => tenants.list(query));
  define(ROUTES.tenantFacets, ({ query }) => tenants.facets(query));
  define(ROUTES.showTenant, ({ param }) => tenants.show(param('store')));
  define(ROUTES.showTenantConfiguration, ({ param }) => deps.configuration(param('store')));
  define(ROUTES.updateTenant, ({ param, body, caller }) => tenants.update(param('store'), body, caller));
  define(ROUTES.removeTenant, async ({ param, query, caller }) => {
    const wish = { purge: query.purge === 'true', withoutBackup: query.withoutBackup === 'true' };
    return { operation: await tenants.remove(param('store'), wish, caller) };
  });
  for (const kind of ['start', 'stop', 'restart'] as const) {
    define(ROUTES[`${kind}Tenant`], async ({ param, caller }) => ({
      operation: await tenants.run(param('store'), kind, caller),
    }));
  }
  define(ROUTES.upgradeTenant, async ({ param, body, caller }) => ({
    operation: await tenants.upgrade(param('store'), body, caller),
  }));
  define(ROUTES.moveTenant, async ({ param, body, caller }) => ({
    operation: await tenants.move(param('store'), body, caller),
  }));
  define(ROUTES.suspendTenant, async ({ param, body, caller }) => ({
    operation: await tenants.suspend(param('store'), body?.reason ?? null, caller),
  }));
  define(ROUTES.resumeTenant, async ({ param, caller }) => ({
    operation: await tenants.resume(param('store'), caller),
  }));
  define(ROUTES.pauseTenant, ({ param, caller }) => tenants.setPaused(param('store'), true, caller));
  define(ROUTES.unpauseTenant, ({ param, caller }) => tenants.setPaused(param('store'), false, caller));
  define(ROUTES.tenantLogs, async ({ param, query, reply }) => {
    const store = param('store');
    await tenants.show(store);
    const { tail, level } = query;
    const since = query.since === undefined ? undefined : new Date(query.since);
    return streamText(reply, { type: 'text/plain; charset=utf-8', closing: deps.closing }, (signal) =>
      tenants.logs(store, { tail, since, level, follow: query.follow === 'true', signal }),
    );
  });
}
