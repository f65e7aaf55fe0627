import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { feeOf } from '../../sandbox/pakasir/methods.ts';
import { crc16 } from '../../sandbox/pakasir/qris.ts';
import { openStage } from './harness.ts';
import { openReceiver } from './receiver.ts';

const ORDER = { project: 'toko', order_id: 'tg1-abc', amount: 15_000, api_key: 'kunci' };

async function openGateway(options: Parameters<typeof openStage>[0] = {}) {
  const stage = await openStage(options);
  const base = `${stage.url}/pakasir`;
  await stage.client.pakasir.createProject({ slug: 'toko', apiKey: 'kunci' });
  await stage.client.configure({ retry: { baseMillis: 10, maxMillis: 20 } });
  const answered = async (response: Response) => ({ status: response.status, body: (await response.json()) as never });
  const post = async (path: string, body: object) =>
    answered(
      await fetch(`${base}/api/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  const detail = async (changes: Partial<typeof ORDER> = {}) => {
    const query = new URLSearchParams(
      Object.entries({ ...ORDER, ...changes }).map(([key, value]): [string, string] => [key, `${value}`]),
    );
    return answered(await fetch(`${base}/api/transactiondetail?${query}`));
  };
  const create = (changes: object = {}, method = 'qris') =>
    post(`transactioncreate/${method}`, { ...ORDER, ...changes });
  return { ...stage, base, post, detail, create, gateway: stage.client.pakasir };
}

test.each([
  ['qris', 15_000, 415],
  ['qris', 500, 314],
  ['qris', 10_071, 380],
  ['bni_va', 15_000, 3500],
] as const)('the fee of %s on %d is %d', (method, amount, fee) => {
  expect(feeOf(method, amount)).toBe(fee);
});

test('the checksum is that of EMV QR codes', () => {
  expect(crc16('123456789')).toBe('29B1');
});

describe('transactioncreate', () => {
  test('answers fee, total, a QRIS code and an expiry with nanoseconds', async () => {
    const { create } = await openGateway({ clock: { now: () => new Date('2026-05-02T03:00:00.123Z') } });
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toEqual({
      payment: {
        project: 'toko',
        order_id: 'tg1-abc',
        amount: 15_000,
        fee: 415,
        total_payment: 15_415,
        payment_method: 'qris',
        payment_number: expect.stringMatching(/^000201010212.*5303360540515415.*6304[0-9A-F]{4}$/),
        expired_at: expect.stringMatching(/^2026-05-02T04:00:00\.123\d{6}Z$/),
      },
    });
    const code = (body as { payment: { payment_number: string } }).payment.payment_number;
    expect(crc16(code.slice(0, -4))).toBe(code.slice(-4));
  });

  test('the same order again is the same payment, another amount or method is refused', async () => {
    const { create } = await openGateway();
    const first = await create();
    expect(await create()).toEqual(first);
    expect(await create({ amount: 16_000 })).toEqual({ status: 400, body: { error: 'Order ID already used' } });
    expect(await create({}, 'bni_va')).toMatchObject({ status: 400 });
  });

  test('amount, project, key and method are checked', async () => {
    const { create } = await openGateway();
    for (const changes of [{ amount: 499 }, { amount: 1000.5 }, { amount: '15000' }, { order_id: '' }]) {
      expect(await create(changes)).toMatchObject({ status: 400 });
    }
    expect(await create({ project: 'lain' })).toEqual({ status: 404, body: { error: 'Project not found' } });
    expect(await create({ api_key: 'salah' })).toEqual({ status: 401, body: { error: 'Invalid API key' } });
    expect(await create({}, 'kerang')).toMatchObject({ status: 400 });
    const va = await create({}, 'bri_va');
    expect(va).toMatchObject({ status: 200, body: { payment: { payment_number: expect.stringMatching(/^\d{16}$/) } } });
  });
});

describe('transactiondetail and transactioncancel', () => {
  test('detail must match project, order and amount', async () => {
    const { create, detail } = await openGateway();
    await create();
    expect(await detail()).toEqual({
      status: 200,
      body: {
        transaction: {
          amount: 15_000,
          order_id: 'tg1-abc',
          project: 'toko',
          status: 'pending',
          payment_method: 'qris',
        },
      },
    });
    expect(await detail({ amount: 14_999 })).toEqual({ status: 404, body: { error: 'Transaction not found' } });
    expect(await detail({ order_id: 'lain' })).toMatchObject({ status: 404 });
    expect(await detail({ api_key: 'salah' })).toMatchObject({ status: 401 });
  });

  test('only a pending transaction is canceled, and a canceled one is not paid by simulation', async () => {
    const { create, detail, post } = await openGateway();
    await create();
    expect(await post('transactioncancel', ORDER)).toEqual({ status: 200, body: { success: true } });
    expect(await detail()).toMatchObject({ body: { transaction: { status: 'canceled' } } });
    expect(await post('transactioncancel', ORDER)).toMatchObject({ status: 400 });
    expect(await post('paymentsimulation', ORDER)).toMatchObject({ status: 400 });
  });
});

describe('payment', () => {
  test('a simulated payment completes the transaction and posts the documented webhook', async () => {
    const { create, detail, post, gateway } = await openGateway();
    const hook = await openReceiver();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url });
    await create();
    expect(await post('paymentsimulation', ORDER)).toMatchObject({ status: 200 });
    const [got] = await hook.received(1);
    const { body } = await detail();
    const transaction = (body as { transaction: Record<string, unknown> }).transaction;
    expect(transaction).toMatchObject({ status: 'completed', completed_at: expect.stringMatching(/\+07:00$/) });
    expect(got!.json).toEqual(transaction);
    expect(got!.headers['x-pakasir-signature']).toBeUndefined();
  });

  test('with a secret the webhook is signed over its raw body', async () => {
    const { create, gateway } = await openGateway();
    const hook = await openReceiver();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url, secret: 'rahasia' });
    await create();
    await gateway.pay('tg1-abc');
    const [got] = await hook.received(1);
    const expected = createHmac('sha256', 'rahasia').update(got!.body).digest('hex');
    expect(got!.headers['x-pakasir-signature']).toBe(expected);
  });

  test('a webhook that is not answered by 2xx is sent again, and a repeat fault sends it twice', async () => {
    const { create, gateway, client } = await openGateway();
    const hook = await openReceiver();
    hook.answerNext({ status: 503 }, { status: 404 });
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url });
    await client.faults.add({ target: 'pakasir', method: 'webhook', kind: 'repeat', orderId: 'tg1-abc' });
    await create();
    await gateway.pay('tg1-abc');
    const got = await hook.received(4);
    expect(new Set(got.map((one) => one.body)).size).toBe(1);
    await expect
      .poll(async () => (await gateway.notifications()).map((one) => one.status))
      .toEqual([503, 404, 200, 200]);
  });

  test('an expired transaction stays pending, and can still be paid late', async () => {
    const { create, detail, gateway, base } = await openGateway();
    await create();
    await gateway.expire('tg1-abc');
    expect(await detail()).toMatchObject({ body: { transaction: { status: 'pending' } } });
    const page = `${base}/pay/toko/15000?order_id=tg1-abc&qris_only=1`;
    await fetch(page, { method: 'POST' });
    expect(await (await fetch(page)).text()).toContain('kedaluwarsa');
    await gateway.pay('tg1-abc');
    expect(await gateway.waitForStatus('tg1-abc', 'completed')).toMatchObject({ status: 'completed' });
    await expect(gateway.pay('tg1-abc')).rejects.toThrow('completed');
    expect(await gateway.pay('tg1-abc', { force: true })).toMatchObject({ status: 'completed' });
  });

  test('automatic webhooks can be held back, sent late, and forged', async () => {
    const { create, gateway } = await openGateway();
    const hook = await openReceiver();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url, secret: 's', notify: false });
    await create();
    await gateway.pay('tg1-abc');
    hook.answerNext({ status: 400 });
    const forged = await gateway.notify('tg1-abc', {
      changes: { amount: 1 },
      signature: 'palsu',
      headers: { 'x-test': '1' },
    });
    expect(forged).toMatchObject({ ok: false, status: 400 });
    await gateway.notify('tg1-abc');
    await gateway.notifyProject('toko', { body: { order_id: 'hantu' }, signature: null });
    const [first, second, third] = await hook.received(3);
    expect(first).toMatchObject({ json: { amount: 1 }, headers: { 'x-pakasir-signature': 'palsu', 'x-test': '1' } });
    expect(second).toMatchObject({ json: { amount: 15_000 } });
    expect(third!.json).toEqual({ order_id: 'hantu' });
    expect(third!.headers['x-pakasir-signature']).toBeUndefined();
  });

  test('a person pays on the page', async () => {
    const { create, detail, base, gateway } = await openGateway();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', name: 'Toko <&>' });
    await create();
    const page = `${base}/pay/toko/15000?order_id=tg1-abc&qris_only=1`;
    const shown = await (await fetch(page)).text();
    expect(shown).toContain('Bayar Rp15.415');
    expect(shown).toContain('<svg');
    const paid = await fetch(page, {
      method: 'POST',
      body: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(await paid.text()).toContain('Pembayaran berhasil');
    expect(await detail()).toMatchObject({ body: { transaction: { status: 'completed' } } });
    expect((await fetch(`${base}/pay/lain/15000?order_id=x`)).status).toBe(404);
  });
});

describe('faults and limits', () => {
  test('the gateway can fail, lie, or take the order and not answer', async () => {
    const { create, detail, gateway, client } = await openGateway();
    const rule = { target: 'pakasir', orderId: 'tg1-abc' } as const;
    await client.faults.add({ ...rule, method: 'transactioncreate', kind: '5xx' });
    expect(await create()).toEqual({ status: 502, body: { error: 'Simulated 502' } });
    await client.faults.add({ ...rule, method: 'transactioncreate', kind: 'drop_after' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(await gateway.transaction('tg1-abc')).toMatchObject({ status: 'pending', total: 15_415 });
    await client.faults.add({
      ...rule,
      method: 'transactiondetail',
      kind: 'answer',
      body: { transaction: { amount: 1 } },
    });
    expect(await detail()).toEqual({ status: 200, body: { transaction: { amount: 1 } } });
    expect((await gateway.calls({ orderId: 'tg1-abc' })).map((call) => [call.method, call.status])).toEqual([
      ['transactioncreate', 502],
      ['transactioncreate', 200],
      ['transactiondetail', 200],
    ]);
  });

  test('the reported rates are kept when asked for', async () => {
    const { create, detail, client } = await openGateway();
    await client.configure({ pakasirRates: 'strict' });
    const statuses = [];
    for (const order_id of ['a', 'b', 'c']) statuses.push((await create({ order_id })).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect([(await detail({ order_id: 'a' })).status, (await detail({ order_id: 'a' })).status]).toEqual([200, 429]);
  });
});
