import { type Operation, ROUTES, type Tenant } from '../../control-plane/api/contract/index.ts';
import type { Client } from '../api/client.ts';
import { watchOperation } from '../api/watch.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Output } from '../output/output.ts';
import { createStepView } from '../output/steps.ts';
import { DEMO_STORE, DEMO_STORE_NAME } from './options.ts';
import type { DemoState } from './state.ts';
import { until, untilHealthy } from './wait.ts';

const READY_TIMEOUT_MS = 120_000;
const params = { store: DEMO_STORE };

export type DemoStore = { client: Client; output: Output; state: DemoState; signal: AbortSignal };

/**
 * Brings the demo's store to where it sells: opens it, goes on with an opening that was cut short, or waits for the one
 * that is there. `refresh` restarts a store that may still be talking to a sandbox that is gone.
 */
export async function ensureStore(demo: DemoStore, refresh: boolean): Promise<Tenant> {
  const { client, output } = demo;
  const known = await find(client);
  if (!known) {
    output.note(`\nOpening the store ${DEMO_STORE} through the API:`);
    await follow(demo, await open(demo));
  } else {
    output.note(`\nThe store ${DEMO_STORE} is there from an earlier run.`);
    const operation = await whatIsLeft(client, known, refresh);
    if (operation) await follow(demo, operation);
  }
  return ready(demo);
}

async function find(client: Client): Promise<Tenant | undefined> {
  try {
    return await client.call(ROUTES.showTenant, { params });
  } catch (error) {
    if (error instanceof CliError && error.code === 'TENANT_NOT_FOUND') return undefined;
    throw error;
  }
}

async function open({ client, state }: DemoStore): Promise<Operation> {
  const body = {
    store: DEMO_STORE,
    storeName: DEMO_STORE_NAME,
    telegramBotToken: state.bot.token,
    adminIds: [state.seller.id],
    pakasir: state.pakasir,
  };
  return (await client.call(ROUTES.createTenant, { body })).operation;
}

/** What must happen to a store of an earlier run before it sells; undefined when it will come up by itself. */
async function whatIsLeft(client: Client, tenant: Tenant, refresh: boolean): Promise<Operation | undefined> {
  if (tenant.operation) return client.call(ROUTES.showOperation, { params: { id: tenant.operation } });
  if (tenant.state === 'failed') {
    const page = await client.call(ROUTES.listOperations, { query: { store: DEMO_STORE, limit: 1 } });
    const last = page.operations[0];
    if (last?.state === 'failed' || last?.state === 'cancelled') {
      return (await client.call(ROUTES.retryOperation, { params: { id: last.id } })).operation;
    }
  }
  if (tenant.desiredState === 'stopped') return (await client.call(ROUTES.startTenant, { params })).operation;
  return refresh ? (await client.call(ROUTES.restartTenant, { params })).operation : undefined;
}

async function follow({ client, output, signal }: DemoStore, operation: Operation): Promise<void> {
  const view = await createStepView(output);
  let latest = operation;
  try {
    for await (latest of watchOperation(client, operation.id, signal)) view.show(latest);
  } finally {
    view.end();
  }
  if (latest.state === 'succeeded') return;
  throw new CliError(
    `The ${latest.kind} of ${DEMO_STORE} has ${latest.state}: ${latest.error?.message ?? 'no reason was given'}`,
    {
      exit: EXIT.failed,
      code: latest.error?.code ?? 'DEMO_FAILED',
      hints: ['Mend the cause and run the demo once more: it goes on at the step that failed.'],
    },
  );
}

/** The store once the control plane calls it running and its own readiness agrees. */
async function ready({ client, signal }: DemoStore): Promise<Tenant> {
  let seen: Tenant | undefined;
  const tenant = await until(
    async () => {
      seen = await client.call(ROUTES.showTenant, { params });
      return seen.state === 'running' && seen.ports ? seen : undefined;
    },
    READY_TIMEOUT_MS,
    signal,
    () => `${DEMO_STORE} does not come up: ${seen?.state}${seen?.reason ? `, ${seen.reason}` : ''}`,
  );
  await untilHealthy(
    `The store ${DEMO_STORE}`,
    `http://127.0.0.1:${tenant.ports?.telegram}/readyz`,
    READY_TIMEOUT_MS,
    signal,
  );
  return tenant;
}
