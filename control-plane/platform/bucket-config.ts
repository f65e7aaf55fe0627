import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected });

/** Keys of the environment that name a bucket for copies of backups. */
export const BUCKET_KEYS = {
  BACKUP_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "the address of an S3 service; none for Amazon's own" })
    .optional(),
  BACKUP_S3_BUCKET: text('the name of a bucket').optional(),
  BACKUP_S3_REGION: text('a region such as ap-southeast-3').default('us-east-1'),
  BACKUP_S3_ACCESS_KEY_ID: text('an access key id').optional(),
  BACKUP_S3_SECRET_ACCESS_KEY: text('a secret access key').optional(),
  BACKUP_S3_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._/-]{1,200}$/, { error: 'the beginning of every key: letters, digits, ., _, / and -' })
    .optional(),
};

export type BucketConfig = {
  /** Address of the service; undefined for Amazon's own. */
  endpoint: string | undefined;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** In front of every key; empty for none. */
  prefix: string;
};

/** @throws AppError CONFIG_INVALID for a bucket without its keys */
export function bucketOf(env: z.infer<z.ZodObject<typeof BUCKET_KEYS>>): BucketConfig | undefined {
  const { BACKUP_S3_BUCKET: bucket, BACKUP_S3_ACCESS_KEY_ID: id, BACKUP_S3_SECRET_ACCESS_KEY: secret } = env;
  if (!bucket) return undefined;
  if (!id || !secret) {
    throw new AppError(
      'CONFIG_INVALID',
      'BACKUP_S3_BUCKET: expected BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY with it',
    );
  }
  const prefix = (env.BACKUP_S3_PREFIX ?? '').replace(/^\/+|\/+$/g, '');
  return {
    endpoint: env.BACKUP_S3_ENDPOINT,
    bucket,
    region: env.BACKUP_S3_REGION,
    accessKeyId: id,
    secretAccessKey: secret,
    prefix,
  };
}
