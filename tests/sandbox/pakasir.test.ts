import { describe, expect, test } from 'vitest';
import { feeOf } from '../../sandbox/pakasir/methods.ts';
import { crc16 } from '../../sandbox/pakasir/qris.ts';
import { movedClock, openGateway } from './gateway.ts';

const DAY = 24 * 3_600_000;

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
