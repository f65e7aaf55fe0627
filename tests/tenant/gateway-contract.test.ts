import pino from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { createSandboxClient } from '../../sandbox/client.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { createPakasir } from '../../tenant-runtime/gateway/pakasir/client.ts';
import { startTestStore, type TestStore, testClock } from '../support/store.ts';
import { type GatewayWorld, gatewayContract } from './gateway-contract.ts';
import { createKasir } from './second-gateway.ts';

async function pakasirWorld(): Promise<GatewayWorld> {
  // Each look is five seconds after the last: nobody waits for the pace of the gateway.
  const clock = testClock(5_000);
  const sandbox = createSandbox({ clock });
  const { url } = await sandbox.listen();
  const { pakasir, faults } = createSandboxClient(url);
  await pakasir.createProject({ slug: 'warung', apiKey: 'kunci' });
  const options = { project: 'warung', apiKey: 'kunci', webhookSecret: 'rahasia' };
  const gateway = createPakasir(
    { apiBase: `${url}/pakasir/`, publicDomain: `${url}/pakasir`, ...options },
    { clock, log: pino({ level: 'silent' }), count: () => {} },
  );
  return {
    gateway,
    pay: async (ref) => void (await pakasir.pay(ref)),
    loseCreate: async () => void (await faults.add({ target: 'pakasir', method: 'create', kind: 'drop_after' })),
    refuseKey: async () => void (await faults.add({ target: 'pakasir', kind: '401' })),
    toSandbox: async () => void (await pakasir.createProject({ slug: 'warung', apiKey: 'kunci', sandbox: true })),
    close: () => sandbox.close(),
  };
}

async function kasirWorld(): Promise<GatewayWorld> {
  const kasir = createKasir();
  return {
    gateway: kasir.gateway,
    pay: async (ref) => void kasir.pay(ref),
    loseCreate: async () => kasir.next('lost'),
    refuseKey: async () => kasir.next('key_refused'),
    toSandbox: async () => {
      kasir.sandbox = true;
    },
    close: async () => {},
  };
}

gatewayContract('Pakasir', pakasirWorld);
gatewayContract('Kasir, which only tests have', kasirWorld);

describe('a store with another gateway', () => {
  let shop: TestStore;
  afterEach(() => shop.close());

  test('sells from the cart to the goods, and knows nothing of Pakasir', async () => {
    const kasir = createKasir();
    shop = await startTestStore({ gateways: [kasir.factory] });
    const product = { code: 'A', name: 'Akun A', price: 20_000 };
    await shop.product({ ...product, contents: ['barang-1'] });
    const { chat } = await shop.customer();
    await chat.send('/start p_A');
    await chat.waitFor('📊 Stok');
    await chat.tap('🧺 Lanjut ke Keranjang');
    await chat.waitFor('Keranjang Belanja');
    await chat.tap('💳 Lanjut ke Pembayaran');
    await chat.waitFor('Pilih Metode');
    await chat.tap('💠 Kode Kasir');
    const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
    expect(invoice.text).toContain('Total: Rp20.111');
    const ref = /tg\d+-\w+/.exec(invoice.text)![0];
    const { headers, body } = kasir.pay(ref);
    const answer = await fetch(`http://127.0.0.1:${shop.ports.pakasirPort}/warung/webhooks/kasir`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: headers as Record<string, string>,
    });
    expect(answer.status).toBe(200);
    await chat.waitFor('barang-1');
    await shop.admin.chatWith(shop.bot).waitFor(/Kode Kasir · Rp20\.000/, { since: 0 });
    const [payment] = await shop.database.db.query('SELECT gateway, method, status FROM payments');
    expect(payment).toEqual({ gateway: 'kasir', method: 'kasir-kode', status: 'completed' });
    expect(await shop.client.pakasir.calls()).toEqual([]);
  });
});
