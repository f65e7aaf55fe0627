import { afterEach, describe, expect, test } from 'vitest';
import { CLOSED_CAUSES, type Gateway } from '../../tenant-runtime/gateway/index.ts';

/** A gateway and the world behind it, as a test plays it. */
export type GatewayWorld = {
  gateway: Gateway;
  pay(ref: string): Promise<void>;
  /** The answer to the next create is lost, after its effect. */
  loseCreate(): Promise<void>;
  /** The next call is refused for its key. */
  refuseKey(): Promise<void>;
  /** From here on no money moves. */
  toSandbox(): Promise<void>;
  close(): Promise<void>;
};

/** What the store builds on, whatever gateway it is configured for. */
export function gatewayContract(name: string, setup: () => Promise<GatewayWorld>): void {
  describe(`the gateway ${name}`, () => {
    let world: GatewayWorld | undefined;
    afterEach(() => world?.close());

    async function open(): Promise<GatewayWorld> {
      world = await setup();
      return world;
    }
    const order = (gateway: Gateway, ref: string) => ({ ref, amount: 20_000, method: gateway.methods[0].id });
    async function made(gateway: Gateway, ref: string) {
      const answer = await gateway.create(order(gateway, ref));
      if (answer.kind !== 'ok') throw new Error(`create answered ${answer.kind}`);
      return answer.value;
    }

    test('makes one transaction of an order, however often it is asked', async () => {
      const { gateway } = await open();
      const invoice = await made(gateway, 'tg1-satu');
      expect(invoice).toMatchObject({ sandbox: false, paymentNumber: expect.stringMatching(/./) });
      expect(await made(gateway, 'tg1-satu')).toMatchObject({ transactionId: invoice.transactionId });
      expect((await made(gateway, 'tg1-dua')).transactionId).not.toBe(invoice.transactionId);
      expect(() => new URL(gateway.page(invoice.transactionId))).not.toThrow();
    });

    test('finds the transaction whose answer was lost', async () => {
      const { gateway, loseCreate } = await open();
      await loseCreate();
      expect(await gateway.create(order(gateway, 'tg1-hilang'))).toMatchObject({ kind: 'unreachable' });
      const { transactionId } = await made(gateway, 'tg1-hilang');
      expect(await gateway.status(transactionId)).toMatchObject({ kind: 'ok', value: { ref: 'tg1-hilang' } });
    });

    test('says how a transaction stands: waiting, paid, taken back, not known', { timeout: 60_000 }, async () => {
      const { gateway, pay } = await open();
      const paid = await made(gateway, 'tg1-bayar');
      const known = { transactionId: paid.transactionId, ref: 'tg1-bayar', amount: 20_000, sandbox: false };
      expect(await gateway.status(paid.transactionId)).toMatchObject({
        kind: 'ok',
        value: { ...known, status: 'pending' },
      });
      await pay('tg1-bayar');
      expect(await gateway.status(paid.transactionId)).toMatchObject({ value: { ...known, status: 'completed' } });
      expect(await gateway.cancel(paid.transactionId)).toMatchObject({ kind: 'rejected' });

      const dropped = await made(gateway, 'tg1-batal');
      expect(await gateway.cancel(dropped.transactionId)).toEqual({ kind: 'ok', value: undefined });
      expect(await gateway.status(dropped.transactionId)).toMatchObject({ value: { status: 'cancelled' } });
      expect(await gateway.status('tidakada')).toEqual({ kind: 'not_found' });
    });

    test('offers methods with bounds, and makes an invoice by each of them within these alone', async () => {
      const { gateway } = await open();
      expect(new Set(gateway.methods.map(({ id }) => id)).size).toBe(gateway.methods.length);
      for (const [index, { id: method, min, max, label }] of gateway.methods.entries()) {
        expect(label).toMatch(/./);
        expect(min).toBeLessThan(max);
        const within = await gateway.create({ ref: `tg1-cara-${index}`, amount: min, method });
        expect(within).toMatchObject({ kind: 'ok', value: { paymentNumber: expect.stringMatching(/./) } });
        const below = await gateway.create({ ref: `tg1-kurang-${index}`, amount: min - 1, method });
        expect(below).toMatchObject({ kind: 'rejected' });
        const above = await gateway.create({ ref: `tg1-lebih-${index}`, amount: max + 1, method });
        expect(above).toMatchObject({ kind: 'rejected' });
      }
    }, 60_000);

    test('tells a refused key, and what to do about every reason to be closed', async () => {
      const { gateway, refuseKey } = await open();
      await refuseKey();
      expect(await gateway.create(order(gateway, 'tg1-kunci'))).toMatchObject({ kind: 'closed', cause: 'key_refused' });
      for (const cause of CLOSED_CAUSES) expect(gateway.advice(cause)).toMatch(/\w+/);
    });

    test('says of a transaction without money that it is one', async () => {
      const { gateway, toSandbox } = await open();
      await toSandbox();
      const { transactionId, sandbox } = await made(gateway, 'tg1-uji');
      expect(sandbox).toBe(true);
      expect(await gateway.status(transactionId)).toMatchObject({ value: { sandbox: true } });
    });

    test('names its fees in whole rupiah', async () => {
      const { gateway } = await open();
      const answer = await gateway.fees(20_000);
      if (answer.kind !== 'ok') throw new Error(`fees answered ${answer.kind}`);
      expect(answer.value.get(gateway.methods[0].id)).toBeGreaterThan(0);
      for (const fee of answer.value.values()) expect(Number.isSafeInteger(fee)).toBe(true);
    });

    test('reads its own webhook, and no other', async () => {
      const { gateway } = await open();
      const { webhook } = gateway;
      expect(webhook.path).toMatch(/^\/webhooks\/[a-z]+$/);
      const hint = { ref: 'tg1-hint', transactionId: 'abc123', amount: 20_000 };
      const { headers, body } = webhook.compose(hint);
      expect(webhook.read({ headers, body })).toEqual({ kind: 'hint', hint });
      expect(webhook.read({ headers: {}, body })).toEqual({ kind: 'forged' });
      expect(webhook.read({ headers: {}, body: Buffer.from('x') })).toEqual({ kind: 'forged' });
    });
  });
}
