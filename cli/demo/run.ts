import { mkdir } from 'node:fs/promises';
import { ROUTES } from '../../control-plane/api/contract/index.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { withProgress } from '../output/progress.ts';
import { buyOneProduct } from './customer.ts';
import { assertPortsFree, assertSameSandbox, endLeftovers } from './leftovers.ts';
import { apiUrlOf, type DemoOptions, sandboxUrlOf } from './options.ts';
import { controlPlaneProgram, openControlPlane, openSandbox, sandboxProgram } from './platform.ts';
import { addProducts } from './seller.ts';
import { createStateFile, newState } from './state.ts';
import { ensureStore } from './store.ts';
import { describeDemo, type Sale, summarize } from './summary.ts';
import { startSupervisor } from './supervisor.ts';

/** Runs the demo until Ctrl-C, and leaves nothing running. */
export async function runDemo({ output }: Context, options: DemoOptions): Promise<ExitCode> {
  const say = output.json ? output.note : (text: string) => output.raw(`${text}\n`);
  const file = createStateFile(options.home);
  const earlier = await file.read();
  assertSameSandbox(options, earlier);
  const refresh = await endLeftovers(output, options.home, earlier);
  await assertPortsFree(options, refresh);
  await mkdir(options.home, { recursive: true, mode: 0o755 });
  const state = earlier ?? newState(options.sandboxPort);

  const supervisor = await startSupervisor({ output, state, file });
  const { signal } = supervisor;
  const sellOnce = async (): Promise<Sale> => {
    const sandbox = await withProgress(
      output,
      `Sandbox (Telegram and Pakasir) at ${sandboxUrlOf(options)}`,
      async () => {
        await supervisor.start(sandboxProgram(options));
        return openSandbox(options, state, signal);
      },
    );
    const client = await withProgress(
      output,
      `Control plane with embedded Postgres at ${apiUrlOf(options)}`,
      async () => {
        await supervisor.start(controlPlaneProgram(options));
        return openControlPlane(options, signal);
      },
    );
    const tenant = await ensureStore({ client, output, state, signal }, refresh);
    // Pakasir's webhook goes straight to the store, as it would through the ingress of a public address.
    const webhookUrl = `http://127.0.0.1:${tenant.ports?.pakasir}/webhooks/pakasir`;
    await sandbox.pakasir.createProject({ ...state.pakasir, webhookUrl });
    await addProducts({ sandbox, botId: tenant.bot.id, state, file, output });
    say(`\n${state.customer.firstName}, a customer, opens @${tenant.bot.username} in Telegram:`);
    const tell = (text: string) => say(`\n${text.replace(/^(?=.)/gm, '  ')}`);
    const orderId = await buyOneProduct({ sandbox, botId: tenant.bot.id, state, tell, signal });
    // The last thing, as it is good for a minute only.
    const link = await client.call(ROUTES.createSignInLink);
    return { tenant, orderId, state, link };
  };

  let sale: Sale | undefined;
  try {
    sale = await supervisor.during(sellOnce());
    if (sale) {
      const done = sale;
      output.result(describeDemo(options, done), () => summarize(options, done));
      await supervisor.during(new Promise<never>(() => {}));
    }
  } finally {
    await supervisor.stop();
  }
  return sale ? EXIT.done : EXIT.interrupted;
}
