import { describe, expect, test } from 'vitest';
import { feeOf } from '../../sandbox/pakasir/methods.ts';
import { crc16 } from '../../sandbox/pakasir/qris.ts';
import { openStage } from './harness.ts';
import { openReceiver } from './receiver.ts';

type Answered = { status: number; body: Record<string, unknown> };

const DAY = 24 * 3_600_000;

async function openGateway(options: Parameters<typeof openStage>[0] = {}) {
  const stage = await openStage(options);
  const base = `${stage.url}/pakasir`;
  const gateway = stage.client.pakasir;
  await gateway.createProject({ slug: 'toko', apiKey: 'kunci' });
  await stage.client.configure({ retry: { baseMillis: 10, maxMillis: 20 } });
  const ask = async (path: string, init: RequestInit = {}, key: string | null = 'kunci'): Promise<Answered> => {
    const headers = { ...init.headers, ...(key === null ? {} : { 'x-api-key': key }) };
    const response = await fetch(`${base}${path}`, { ...init, headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const create = (changes: object = {}, { order = 'tg1-abc', slug = 'toko', key = 'kunci' as string | null } = {}) =>
    ask(
      `/api/v2/create-transaction/${slug}/${encodeURIComponent(order)}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ method: 'qris', amount: 15_000, ...changes }),
      },
      key,
    );
  const created = async (...given: Parameters<typeof create>) => String((await create(...given)).body.txn_id);
  const status = (txnId: string, { slug = 'toko', key = 'kunci' as string | null } = {}) =>
    ask(`/api/v2/transaction-status/${slug}/${txnId}`, {}, key);
  const cancel = (txnId: string, { slug = 'toko', key = 'kunci' as string | null } = {}) =>
    ask(`/api/v2/cancel-transaction/${slug}/${txnId}`, { method: 'POST' }, key);
  return { ...stage, base, gateway, ask, create, created, status, cancel };
}

/** A clock that the test moves. */
function movedClock(from = '2026-11-02T03:00:00.123Z') {
  let at = new Date(from).getTime();
  return {
    now: () => new Date(at),
    advance(millis: number) {
      at += millis;
    },
  };
}

test.each([
  ['qris', 15_000, 415],
  ['qris', 500, 314],
  ['qris', 10_071, 381],
  ['qris', 105_000, 1045],
  ['qris', 105_001, 1051],
  ['qris', 10_000_000, 100_000],
  ['payment_link', 15_000, 415],
  ['bni_va', 15_000, 3500],
  ['sampoerna_va', 50_000_000, 3500],
] as const)('the fee of %s on %d is %d', (method, amount, fee) => {
  expect(feeOf(method, amount)).toBe(fee);
});

test('the checksum is that of EMV QR codes', () => {
  expect(crc16('123456789')).toBe('29B1');
});

describe('create', () => {
  test('answers fee, total, a QRIS code and an expiry with nanoseconds, flat', async () => {
    const { create } = await openGateway({ clock: movedClock() });
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toEqual({
      txn_id: expect.stringMatching(/^[0-9a-z]{12}$/),
      project: 'toko',
      order_id: 'tg1-abc',
      amount: 15_000,
      fee: 415,
      total_payment: 15_415,
      payment_method: 'qris',
      qr_string: expect.stringMatching(/^000201010212.*5303360540515415.*6304[0-9A-F]{4}$/),
      va_number: null,
      expired_at: expect.stringMatching(/^2026-11-02T04:00:00\.123\d{6}Z$/),
      is_sandbox: false,
      status: 'pending',
      completed_at: null,
    });
    const code = String(body.qr_string);
    expect(crc16(code.slice(0, -4))).toBe(code.slice(-4));
  });

  test('a virtual account has a number, a payment link nothing but its address', async () => {
    const { create, base } = await openGateway();
    const account = await create({ method: 'bri_va' });
    expect(account.body).toMatchObject({ qr_string: null, va_number: expect.stringMatching(/^\d{16}$/), fee: 3500 });
    const { status, body } = await create({ method: 'payment_link' }, { order: 'tg1/ä b' });
    expect({ status, body }).toEqual({
      status: 200,
      body: { txn_id: expect.any(String), payment_link: `${base}/pay-v2/${body.txn_id}` },
    });
    expect((await fetch(String(body.payment_link))).status).toBe(200);
  });

  test('the same order again is the same transaction, whatever became of it; another amount or method is refused', async () => {
    const { create, cancel, gateway } = await openGateway();
    const first = await create();
    expect(await create()).toEqual(first);
    const refused = { status: 400, body: { message: 'Order ID sudah dipakai untuk nominal atau metode lain' } };
    expect(await create({ amount: 16_000 })).toEqual(refused);
    expect(await create({ method: 'bni_va' })).toEqual(refused);
    await gateway.pay('tg1-abc');
    expect((await create()).body).toMatchObject({ txn_id: first.body.txn_id, status: 'completed' });
    const other = await create({}, { order: 'tg1-batal' });
    await cancel(String(other.body.txn_id));
    expect((await create({}, { order: 'tg1-batal' })).body).toMatchObject({ ...other.body, status: 'canceled' });
  });

  test('one order id at two projects is two transactions', async () => {
    const { create, gateway, status } = await openGateway();
    await gateway.createProject({ slug: 'lain', apiKey: 'kunci' });
    const [here, there] = [await create(), await create({}, { slug: 'lain' })];
    expect(here.body.txn_id).not.toBe(there.body.txn_id);
    expect(await status(String(here.body.txn_id), { slug: 'lain' })).toMatchObject({ status: 404 });
  });

  test.each([
    ['qris', 499, 'Nominal minimal untuk qris adalah Rp500'],
    ['qris', 10_000_001, 'Nominal maksimal untuk qris adalah Rp10.000.000'],
    ['payment_link', 50_000_001, 'Nominal maksimal untuk payment_link adalah Rp50.000.000'],
    ['bri_va', 9999, 'Nominal minimal untuk bri_va adalah Rp10.000'],
    ['kerang', 15_000, 'Metode pembayaran "kerang" tidak tersedia'],
    ['paypal', 15_000, 'Metode pembayaran "paypal" tidak tersedia'],
    ['qris', 1000.5, 'Nominal harus bilangan bulat'],
    ['qris', '15000', 'Nominal harus bilangan bulat'],
  ])('%s of %s is refused: %s', async (method, amount, message) => {
    const { create } = await openGateway();
    expect(await create({ method, amount })).toEqual({ status: 400, body: { message } });
  });

  test('key, project, order id and body are checked', async () => {
    const { ask, create } = await openGateway();
    expect(await create({}, { key: null })).toEqual({ status: 401, body: { message: 'API key wajib diisi' } });
    expect(await create({}, { key: 'salah' })).toEqual({ status: 401, body: { message: 'API key tidak valid' } });
    expect(await create({}, { slug: 'lain' })).toEqual({ status: 404, body: { message: 'Proyek tidak ditemukan' } });
    expect(await create({}, { order: 'x'.repeat(101) })).toMatchObject({ status: 400 });
    for (const body of ['', 'bukan json', '[]']) {
      const answer = await ask('/api/v2/create-transaction/toko/a', { method: 'POST', body });
      expect(answer).toMatchObject({ status: 400, body: { message: expect.any(String) } });
    }
  });

  test('the merchant may bear the fee, which is shown all the same', async () => {
    const { create, gateway } = await openGateway();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', feeBearer: 'merchant' });
    expect((await create()).body).toMatchObject({ amount: 15_000, fee: 415, total_payment: 15_000 });
  });
});

describe('status and cancel', () => {
  test('status is asked by transaction, with the key of its project', async () => {
    const { created, status } = await openGateway();
    const txnId = await created();
    expect(await status(txnId)).toEqual({
      status: 200,
      body: {
        txn_id: txnId,
        order_id: 'tg1-abc',
        amount: 15_000,
        is_sandbox: false,
        status: 'pending',
        completed_at: null,
      },
    });
    const unknown = { status: 404, body: { message: 'Transaksi tidak ditemukan' } };
    expect(await status('tg1-abc')).toEqual(unknown);
    expect(await status('hantu')).toEqual(unknown);
    expect(await status(txnId, { slug: 'lain' })).toEqual({ status: 404, body: { message: 'Proyek tidak ditemukan' } });
    expect(await status(txnId, { key: 'salah' })).toMatchObject({ status: 401 });
    expect(await status(txnId, { key: null })).toMatchObject({ status: 401 });
  });

  test('only a pending transaction is canceled', async () => {
    const { created, status, cancel, gateway } = await openGateway();
    const txnId = await created();
    expect(await cancel(txnId, { key: 'salah' })).toMatchObject({ status: 401 });
    expect(await cancel(txnId)).toEqual({ status: 200, body: { message: 'Transaksi berhasil dibatalkan' } });
    expect(await status(txnId)).toMatchObject({ body: { status: 'canceled', completed_at: null } });
    expect(await cancel(txnId)).toEqual({ status: 400, body: { message: 'Transaksi sudah dibatalkan' } });
    const paid = await created({}, { order: 'tg1-lunas' });
    await gateway.pay(paid);
    expect(await cancel(paid)).toEqual({ status: 400, body: { message: 'Transaksi sudah dibayar' } });
    expect(await status(paid)).toMatchObject({ body: { status: 'completed' } });
    expect(await cancel('hantu')).toMatchObject({ status: 404 });
  });

  test('what nobody pays is canceled after a day', async () => {
    const clock = movedClock();
    const { created, status, cancel, gateway } = await openGateway({ clock });
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', expiryMinutes: 100_000 });
    const txnId = await created();
    expect(await gateway.transaction('tg1-abc')).toMatchObject({
      expiredAt: expect.stringMatching(/^2026-11-03T03:00/),
    });
    clock.advance(DAY - 1);
    expect(await status(txnId)).toMatchObject({ body: { status: 'pending' } });
    clock.advance(1);
    expect(await status(txnId)).toMatchObject({ body: { status: 'canceled' } });
    expect(await cancel(txnId)).toMatchObject({ status: 400 });
    await expect(gateway.pay('tg1-abc')).rejects.toThrow('canceled');
    expect(await gateway.pay('tg1-abc', { force: true })).toMatchObject({ status: 'completed' });
    clock.advance(DAY);
    expect(await status(txnId)).toMatchObject({ body: { status: 'completed' } });
  });
});

describe('fees and the API that ended', () => {
  test('the fees of all methods are public', async () => {
    const { ask } = await openGateway();
    const { status, body } = await ask('/api/v2/payment-fee/12000', {}, null);
    expect(status).toBe(200);
    expect(body).toMatchObject({ qris: 394, bri_va: 3500, sampoerna_va: 3500 });
    expect(Object.keys(body)).toHaveLength(9);
    for (const amount of ['0', '-1', '15.000', 'banyak']) {
      expect(await ask(`/api/v2/payment-fee/${amount}`)).toMatchObject({ status: 400 });
    }
  });

  test.each([
    ['POST', '/api/transactioncreate/qris'],
    ['GET', '/api/transactiondetail?project=toko&amount=15000&order_id=a&api_key=kunci'],
    ['POST', '/api/transactioncancel'],
    ['POST', '/api/paymentsimulation'],
  ])('%s %s of v1 is gone, and seen', async (method, path) => {
    const { ask, gateway } = await openGateway();
    const body = method === 'POST' ? { body: JSON.stringify({ project: 'toko' }) } : {};
    const gone = { status: 410, body: { message: expect.stringContaining('v1 sudah dihentikan') } };
    expect(await ask(path, { method, ...body })).toEqual(gone);
    expect(await gateway.calls({ method: 'v1' })).toMatchObject([{ status: 410 }]);
  });
});

describe('payment', () => {
  test('a payment completes the transaction and posts the documented webhook', async () => {
    const { created, status, gateway } = await openGateway();
    const hook = await openReceiver();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url });
    const txnId = await created();
    await gateway.pay(txnId);
    const [got] = await hook.received(1);
    expect(got!.json).toEqual({
      txn_id: txnId,
      order_id: 'tg1-abc',
      amount: 15_000,
      is_sandbox: false,
      status: 'completed',
      completed_at: expect.stringMatching(/\+07:00$/),
    });
    expect(got!.json).toEqual((await status(txnId)).body);
    expect(got!.headers['x-secret']).toBeUndefined();
    expect(got!.headers['content-type']).toBe('application/json');
  });

  test('the webhook carries the secret of its project, and may call its JSON a form', async () => {
    const { created, gateway } = await openGateway();
    const hook = await openReceiver();
    const webhookContentType = 'application/x-www-form-urlencoded' as const;
    const project = { slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url, secret: 'rahasia', webhookContentType };
    await gateway.createProject(project);
    await created();
    await gateway.pay('tg1-abc');
    const [got] = await hook.received(1);
    expect(got!.headers).toMatchObject({ 'x-secret': 'rahasia', 'content-type': webhookContentType });
    expect(got!.json).toMatchObject({ order_id: 'tg1-abc' });
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
    const { created, status, gateway, base } = await openGateway();
    const txnId = await created();
    await gateway.expire('tg1-abc');
    expect(await status(txnId)).toMatchObject({ body: { status: 'pending' } });
    const page = `${base}/pay-v2/${txnId}`;
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
      without: ['txn_id'],
      secret: 'palsu',
      contentType: 'text/plain',
      headers: { 'x-test': '1' },
    });
    expect(forged).toMatchObject({ ok: false, status: 400 });
    await gateway.notify('tg1-abc');
    await gateway.notifyProject('toko', { body: { order_id: 'hantu' }, secret: null });
    const [first, second, third] = await hook.received(3);
    const headers = { 'x-secret': 'palsu', 'x-test': '1', 'content-type': 'text/plain' };
    expect(first).toMatchObject({ json: { amount: 1, order_id: 'tg1-abc' }, headers });
    expect(first!.json).not.toHaveProperty('txn_id');
    expect(second).toMatchObject({ json: { amount: 15_000 }, headers: { 'x-secret': 's' } });
    expect(third!.json).toEqual({ order_id: 'hantu' });
    expect(third!.headers['x-secret']).toBeUndefined();
  });

  test('a person pays on the page, and is led back to the shop', async () => {
    const { created, status, base, gateway } = await openGateway();
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', name: 'Toko <&>' });
    const txnId = await created();
    const page = `${base}/pay-v2/${txnId}?redirect=${encodeURIComponent('https://t.me/toko_bot?start=a&b')}`;
    const shown = await (await fetch(page)).text();
    expect(shown).toContain('Bayar Rp15.415');
    expect(shown).toContain('<svg');
    const paid = await fetch(page, {
      method: 'POST',
      body: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const thanks = await paid.text();
    expect(thanks).toContain('Pembayaran berhasil');
    expect(thanks).toContain('href="https://t.me/toko_bot?start=a&amp;b"');
    expect(await status(txnId)).toMatchObject({ body: { status: 'completed' } });
    expect(await (await fetch(`${base}/pay-v2/${txnId}?redirect=javascript:alert(1)`)).text()).not.toContain('href');
    expect((await fetch(`${base}/pay-v2/hantu`)).status).toBe(404);
    expect((await fetch(`${base}/pay/toko/15000?order_id=tg1-abc`)).status).toBe(404);
  });
});

describe('sandbox mode', () => {
  test('every answer, webhook and page of a project in sandbox mode says so, also of what was made before the switch', async () => {
    const { create, created, status, gateway, base } = await openGateway();
    const hook = await openReceiver();
    const project = { slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url };
    await gateway.createProject({ ...project, sandbox: true });
    const { body } = await create();
    expect(body).toMatchObject({ is_sandbox: true });
    const txnId = String(body.txn_id);
    expect(await (await fetch(`${base}/pay-v2/${txnId}`)).text()).toContain('Mode sandbox');
    await gateway.createProject({ ...project, sandbox: false });
    await gateway.pay(txnId);
    expect(await status(txnId)).toMatchObject({ body: { is_sandbox: true, status: 'completed' } });
    const [got] = await hook.received(1);
    expect(got!.json).toMatchObject({ is_sandbox: true });
    expect(await status(await created({}, { order: 'tg1-nyata' }))).toMatchObject({ body: { is_sandbox: false } });
  });

  test("the page's own simulation pays in sandbox mode alone", async () => {
    const { ask, created, status, gateway } = await openGateway();
    const simulate = (txnId: string) => ask(`/api/transactions/${txnId}/simulate`, { method: 'POST' }, null);
    const real = await created();
    expect(await simulate(real)).toMatchObject({ status: 400, body: { message: expect.stringContaining('sandbox') } });
    expect(await status(real)).toMatchObject({ body: { status: 'pending' } });
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', sandbox: true });
    const tried = await created({}, { order: 'tg1-coba' });
    expect(await simulate(tried)).toMatchObject({ status: 200 });
    expect(await status(tried)).toMatchObject({ body: { status: 'completed', is_sandbox: true } });
    expect(await simulate(tried)).toMatchObject({ status: 400 });
    expect(await simulate('hantu')).toMatchObject({ status: 404 });
  });
});

describe('faults and limits', () => {
  test('the gateway can fail, lie, or take the order and not answer', async () => {
    const { create, status, gateway, client } = await openGateway();
    const rule = { target: 'pakasir', orderId: 'tg1-abc' } as const;
    await client.faults.add({ ...rule, method: 'create', kind: '5xx' });
    expect(await create()).toEqual({ status: 502, body: { message: 'Simulated 502' } });
    await client.faults.add({ ...rule, method: 'create', kind: 'drop_after' });
    await expect(create()).rejects.toThrow('fetch failed');
    const { txnId } = await gateway.transaction('tg1-abc');
    expect(await gateway.transaction(txnId)).toMatchObject({ orderId: 'tg1-abc', status: 'pending', total: 15_415 });
    expect((await create()).body.txn_id).toBe(txnId);
    await client.faults.add({ ...rule, method: 'status', kind: 'answer', body: { amount: 1 } });
    expect(await status(txnId)).toEqual({ status: 200, body: { amount: 1 } });
    expect((await gateway.calls({ orderId: 'tg1-abc' })).map((call) => [call.method, call.txnId, call.status])).toEqual(
      [
        ['create', '', 502],
        ['create', '', 200],
        ['create', '', 200],
        ['status', txnId, 200],
      ],
    );
  });

  test('a patch changes true answers: odd values, more fields, fewer fields; a refusal stays what it is', async () => {
    const { create, status, gateway, client } = await openGateway();
    const rule = { target: 'pakasir', kind: 'patch' } as const;
    await client.faults.add({
      ...rule,
      method: 'create',
      changes: { completed_at: 'kapan-kapan', baru: { a: [1] } },
      without: ['qr_string'],
      spelled: { fee: 'text', amount: 'text', va_number: 'text' },
    });
    const { body } = await create();
    const odd = { completed_at: 'kapan-kapan', baru: { a: [1] }, fee: '415', amount: '15000', va_number: null };
    expect(body).toMatchObject({ ...odd, total_payment: 15_415 });
    expect(body).not.toHaveProperty('qr_string');
    expect(await gateway.calls({ method: 'create' })).toMatchObject([{ status: 200, response: body }]);
    const txnId = String(body.txn_id);
    await gateway.pay(txnId);
    await client.faults.add({ ...rule, method: 'status', times: 2, spelled: { status: 'capitalized' } });
    expect(await status('hantu')).toEqual({ status: 404, body: { message: 'Transaksi tidak ditemukan' } });
    expect(await status(txnId)).toMatchObject({ body: { status: 'Completed', order_id: 'tg1-abc' } });
    expect(await status(txnId)).toMatchObject({ body: { status: 'completed' } });
  });

  test('a patch is for Pakasir alone', async () => {
    const { client } = await openGateway();
    await expect(client.faults.add({ target: 'telegram', kind: 'patch' })).rejects.toThrow('Only what Pakasir says');
  });

  test('a patch changes one attempt at a webhook: its secret, its type, its body', async () => {
    const { created, gateway, client } = await openGateway();
    const hook = await openReceiver();
    hook.answerNext({ status: 401 });
    await gateway.createProject({ slug: 'toko', apiKey: 'kunci', webhookUrl: hook.url, secret: 'rahasia' });
    const type = 'application/x-www-form-urlencoded';
    await client.faults.add({ target: 'pakasir', kind: 'patch', changes: { amount: 1 } });
    await client.faults.add({
      target: 'pakasir',
      kind: 'patch',
      method: 'webhook',
      spelled: { status: 'capitalized' },
      without: ['completed_at'],
      headers: { 'x-secret': 'salah', 'content-type': type },
    });
    const txnId = await created();
    await gateway.pay(txnId);
    const [wrong, right] = await hook.received(2);
    expect(wrong!.headers).toMatchObject({ 'x-secret': 'salah', 'content-type': type });
    expect(wrong!.json).toEqual({
      txn_id: txnId,
      order_id: 'tg1-abc',
      amount: 15_000,
      is_sandbox: false,
      status: 'Completed',
    });
    expect(right!.headers).toMatchObject({ 'x-secret': 'rahasia', 'content-type': 'application/json' });
    expect(right!.json).toMatchObject({ status: 'completed', completed_at: expect.any(String) });
  });

  test('the reported rates are kept when asked for', async () => {
    const { create, status, client } = await openGateway();
    await client.configure({ pakasirRates: 'strict' });
    const made = [];
    for (const order of ['a', 'b', 'c']) made.push(await create({}, { order }));
    expect(made.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(made[2]!.body).toEqual({ message: expect.any(String) });
    const [a, b] = made.map(({ body }) => String(body.txn_id));
    expect((await status(a!)).status).toBe(200);
    expect((await status(a!)).status).toBe(429);
    expect((await status(b!)).status).toBe(200);
  });
});
