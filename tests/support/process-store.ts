import { freePort } from './ports.ts';
import { startTestStore, type TestStore } from './store.ts';

/** A store that the test starts in processes of its own, with their environment; the gateway's webhooks find each of them. */
export async function storeForProcesses(): Promise<{ shop: TestStore; env: Record<string, string> }> {
  const shop = await startTestStore({ start: false });
  const pakasirPort = await freePort();
  // Updates and webhooks that a killed process has missed come again soon.
  await shop.client.configure({ retry: { baseMillis: 100, maxMillis: 500, timeoutMillis: 5000 } });
  await shop.client.pakasir.createProject({
    slug: 'warung',
    apiKey: 'kunci-rahasia',
    webhookUrl: `http://127.0.0.1:${pakasirPort}/webhooks/pakasir`,
  });
  return { shop, env: { ...shop.env, LISTEN_PAKASIR_PORT: String(pakasirPort) } };
}
