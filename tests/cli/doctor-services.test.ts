import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bucketCheck } from '../../cli/doctor/bucket.ts';
import { imagesCheck } from '../../cli/doctor/images.ts';
import { ownerBotCheck } from '../../cli/doctor/owner-bot.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { BUCKET, KEY_ID, startBucket } from '../control-plane/backups/fake-bucket.ts';
import { aTenant, contractServer, json } from './support/contract-server.ts';

const KEYS = { BACKUP_S3_BUCKET: BUCKET, BACKUP_S3_ACCESS_KEY_ID: KEY_ID, BACKUP_S3_SECRET_ACCESS_KEY: 'a-secret' };

test('a bucket that takes, gives back and deletes is well, and nothing is left in it', async () => {
  const bucket = await startBucket();
  onTestFinished(() => bucket.close());
  const env = { ...KEYS, BACKUP_S3_ENDPOINT: bucket.url, BACKUP_S3_PREFIX: '/toko/' };
  expect(await bucketCheck(env).run()).toMatchObject({
    status: 'ok',
    detail: `s3://${BUCKET} at ${bucket.url} can be written to, read and cleared`,
  });
  expect(bucket.objects.size).toBe(0);
  const refuses = async (method: string) => {
    bucket.fail((asked) => asked === method);
    return bucketCheck(env).run();
  };
  expect(await refuses('PUT')).toMatchObject({ status: 'broken', detail: expect.stringContaining('be written to') });
  expect(await refuses('GET')).toMatchObject({ status: 'broken', detail: expect.stringContaining('be read') });
  expect(await refuses('DELETE')).toMatchObject({ detail: expect.stringMatching(/cleared \(toko\/lapak-doctor-/) });
  const elsewhere = await bucketCheck({ ...env, BACKUP_S3_BUCKET: 'another' }).run();
  expect(elsewhere).toMatchObject({ status: 'broken', detail: expect.stringContaining('NoSuchBucket') });
  expect(JSON.stringify(elsewhere)).not.toContain('a-secret');
});

test('a bucket that is away, or has no keys, is found, and one that nobody wants is not needed', async () => {
  const away = await bucketCheck({ ...KEYS, BACKUP_S3_ENDPOINT: 'http://127.0.0.1:1' }).run();
  expect(away).toMatchObject({ status: 'broken', detail: expect.stringContaining('ECONNREFUSED') });
  expect(await bucketCheck({ BACKUP_S3_BUCKET: BUCKET }).run()).toMatchObject({ status: 'broken' });
  expect(await bucketCheck({}).run()).toMatchObject({ status: 'ok' });
});

test('an owner bot that Telegram knows is named, and a token that it refuses is found and not shown', async () => {
  const sandbox = createSandbox();
  const { url } = await sandbox.listen(0);
  onTestFinished(() => sandbox.close());
  const { token, user } = sandbox.telegram.createBot({});
  const at = { TELEGRAM_API_ROOT: url, OWNER_BOT_TOKEN: token };
  expect(await ownerBotCheck({ ...at, TELEGRAM_OWNER_IDS: '1' }).run()).toEqual({
    status: 'ok',
    detail: `@${user.username} answers`,
  });
  expect(await ownerBotCheck(at).run()).toMatchObject({ status: 'warning', remedy: expect.stringContaining('/start') });
  const other = `424242:${'z'.repeat(35)}`;
  const refused = await ownerBotCheck({ ...at, OWNER_BOT_TOKEN: other }).run();
  expect(refused).toMatchObject({ status: 'broken', detail: expect.stringContaining('Telegram refuses the token') });
  const away = await ownerBotCheck({ TELEGRAM_API_ROOT: 'http://127.0.0.1:1', OWNER_BOT_TOKEN: other }).run();
  expect(away).toMatchObject({ status: 'broken', detail: expect.stringContaining('does not answer') });
  expect(JSON.stringify([refused, away])).not.toContain(other);
  expect(await ownerBotCheck({ ...at, OWNER_BOT_TOKEN: 'no token' }).run()).toMatchObject({ status: 'broken' });
  expect(await ownerBotCheck({}).run()).toMatchObject({ status: 'ok' });
});

/** An engine that has these images, and runs these stores with these contents. */
async function engine(images: Record<string, string>, running: Record<string, string>): Promise<void> {
  const say = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    if (path.startsWith('/containers/json')) {
      const all = Object.entries(running).map(([store, ImageID]) => ({ Labels: { 'lapak.tenant': store }, ImageID }));
      return say(response, 200, all);
    }
    const Id = images[/^\/images\/(.+)\/json$/.exec(path)?.[1] ?? ''];
    return Id === undefined ? say(response, 404, { message: 'No such image' }) : say(response, 200, { Id });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.close();
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  });
}

test('a store whose image has another content by now is named, and so is an image that is gone', async () => {
  const server = await contractServer();
  const env = { ...server.env, LAPAK_DRIVER: 'docker' };
  const stores = (images: Record<string, string>) => {
    const tenants = Object.entries(images).map(([store, image]) => aTenant({ store, image }));
    server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants, nextCursor: null }));
  };
  await engine(
    { 'lapak:1': 'sha256:a', 'lapak:2': 'sha256:b' },
    { fine: 'sha256:a', old: 'sha256:a', lone: 'sha256:c' },
  );
  stores({ fine: 'lapak:1', stopped: 'lapak:2' });
  expect(await imagesCheck(env).run()).toMatchObject({ status: 'ok', detail: expect.stringContaining('1 containers') });
  stores({ fine: 'lapak:1', old: 'lapak:2' });
  expect(await imagesCheck(env).run()).toMatchObject({
    status: 'warning',
    detail: 'the name of the image stands for another content by now: old (lapak:2)',
    remedy: expect.stringContaining('lapak tenant upgrade'),
  });
  stores({ fine: 'lapak:1', lone: 'lapak:3' });
  expect(await imagesCheck(env).run()).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('not there any more: lapak:3'),
  });
  expect(await imagesCheck({}).run()).toMatchObject({ status: 'ok' });
  process.env.DOCKER_HOST = 'tcp://127.0.0.1:1';
  expect(await imagesCheck(env).run()).toMatchObject({ detail: expect.stringContaining('not looked at') });
});
