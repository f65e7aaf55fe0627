import { randomBytes } from 'node:crypto';
import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { broken, type Check, ok } from './check.ts';
import { settingOf } from './settings.ts';

/** Whether the bucket for copies of backups takes an object, gives it back and deletes it, as backups need. */
export function bucketCheck(env: Environment): Check {
  const of = (name: string) => settingOf(env, `BACKUP_S3_${name}`);
  return {
    name: 'Bucket',
    async run() {
      const [bucket, endpoint] = [of('BUCKET'), of('ENDPOINT')];
      if (!bucket) return ok('not set: copies of backups go to BACKUP_OFFSITE_DIR, if they are on');
      const [accessKeyId, secretAccessKey] = [of('ACCESS_KEY_ID'), of('SECRET_ACCESS_KEY')];
      if (!accessKeyId || !secretAccessKey) {
        return broken('its keys are not set', 'Set BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY.');
      }
      if (endpoint && !URL.canParse(endpoint)) {
        return broken('BACKUP_S3_ENDPOINT is no address', 'Write it as https://s3.example.com.');
      }
      // Its library takes a second to load, and most have no bucket.
      const { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
      const client = new S3Client({
        region: of('REGION') ?? 'us-east-1',
        credentials: { accessKeyId, secretAccessKey },
        ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        maxAttempts: 1,
        requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      const prefix = of('PREFIX')?.replace(/^\/+|\/+$/g, '');
      const sent = randomBytes(12).toString('hex');
      const object = { Bucket: bucket, Key: [prefix, `lapak-doctor-${sent}`].filter(Boolean).join('/') };
      const where = `s3://${bucket}${endpoint ? ` at ${endpoint}` : ''}`;
      let doing = 'be written to';
      try {
        await client.send(new PutObjectCommand({ ...object, Body: sent }));
        doing = 'be read';
        const { Body } = await client.send(new GetObjectCommand(object));
        if ((await Body?.transformToString()) !== sent) throw new Error('it gives back something else');
        doing = `be cleared (${object.Key} is left in it)`;
        await client.send(new DeleteObjectCommand(object));
        return ok(`${where} can be written to, read and cleared`);
      } catch (error) {
        return broken(
          `${where} cannot ${doing}: ${error instanceof Error ? `${error.name} ` : ''}${errorMessage(error)}`,
          'Check BACKUP_S3_ENDPOINT, the name of the bucket, and that its keys may put, get and delete objects. Copies of backups fail.',
        );
      } finally {
        client.destroy();
      }
    },
  };
}
