import { withDeadline } from '../../../kernel/deadline.ts';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import type { Tenant } from '../../api/contract/index.ts';
import type { BotDeps } from './context.ts';
import {
  auditView,
  incidentsView,
  incidentView,
  PAGE,
  statusView,
  storeDetailsView,
  storesView,
  storeView,
} from './copy/screens.ts';
import { selectStoresPage } from './sql.ts';
import type { View } from './view.ts';

const MOST_OPEN = 200;
const MOST_ENTRIES = 10;
const MOST_OPERATIONS = 5;
const CHECK_DEADLINE_MS = 5000;

/** What an owner sees, read anew each time. */
export type Screens = {
  status(chatId: number): Promise<View>;
  incidents(): Promise<View>;
  stores(page: number): Promise<View>;
  /** @throws AppError TENANT_NOT_FOUND */
  store(store: string, chatId: number): Promise<View>;
  storeDetails(store: string): Promise<View>;
  /** @throws AppError INCIDENT_NOT_FOUND */
  incident(id: number): Promise<View>;
  audit(): Promise<View>;
};

export function createScreens(deps: BotDeps): Screens {
  const { alerts, tenants, operations, mutes, moment, clock } = deps;
  const openOf = (store: string | null) => alerts.list({ store, open: true, before: null, limit: MOST_OPEN });

  return {
    async status(chatId) {
      const [byState, open, { waiting }, muted, checks] = await Promise.all([
        deps.tenantsByState(),
        openOf(null),
        deps.waiting(),
        mutes.list(chatId),
        Promise.all(Object.entries(deps.checks).map(([name, check]) => checked(name, check))),
      ]);
      return statusView({ byState, open, waiting, mutes: muted, checks, now: clock.now() }, moment);
    },
    incidents: async () => incidentsView(await openOf(null), clock.now()),
    async stores(page) {
      const found = await selectStoresPage(deps.db, { offset: page * PAGE, limit: PAGE });
      return storesView(page, found);
    },
    async store(store, chatId) {
      const tenant = await tenants.show(store);
      const muted = (await mutes.list(chatId)).find((mute) => mute.store === store || mute.tenantId === null);
      const backup = deps.backups && { at: await deps.backups.lastGood(store) };
      const operation = tenant.operation === null ? undefined : (await operations.show(tenant.operation)).kind;
      return storeView({ tenant, open: await openOf(store), muted, backup, operation, now: clock.now() }, moment);
    },
    async storeDetails(store) {
      const tenant = await tenants.show(store);
      const rows = await operations.list({ store, state: null, before: null, limit: MOST_OPERATIONS });
      const lines = rows.map(({ kind, state, created_at: at, requested_by: by }) =>
        [moment(at), kind, state, by].join(' · '),
      );
      return storeDetailsView(tenant, lines);
    },
    async incident(id) {
      const incident = await alerts.show(id);
      return incidentView(incident, await tenantOf(incident.store), moment);
    },
    audit: async () => auditView(await deps.audit.list({ target: null, before: null, limit: MOST_ENTRIES }), moment),
  };

  async function tenantOf(store: string | null): Promise<Tenant | undefined> {
    if (store === null) return undefined;
    return tenants.show(store).catch((error) => {
      if (error instanceof AppError && error.code === 'TENANT_NOT_FOUND') return undefined;
      throw error;
    });
  }
}

async function checked(name: string, check: () => Promise<string>) {
  try {
    return { name, ok: true, detail: await withDeadline(CHECK_DEADLINE_MS, 'The answer', check) };
  } catch (error) {
    const isLate = error instanceof AppError && error.code === 'DEADLINE_EXCEEDED';
    return { name, ok: false, detail: isLate ? 'tidak menjawab' : errorMessage(error) };
  }
}
