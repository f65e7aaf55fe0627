import { describe, expect, test } from 'vitest';
import { openGateway } from './gateway.ts';
import { openReceiver } from './receiver.ts';

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
