import { AppError } from '../../kernel/errors.ts';

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

type BucketKeys = {
  BACKUP_S3_ENDPOINT?: string | undefined;
  BACKUP_S3_BUCKET?: string | undefined;
  BACKUP_S3_REGION: string;
  BACKUP_S3_ACCESS_KEY_ID?: string | undefined;
  BACKUP_S3_SECRET_ACCESS_KEY?: string | undefined;
  BACKUP_S3_PREFIX?: string | undefined;
};

/** The bucket for copies of backups; undefined without a name of one. @throws AppError CONFIG_INVALID */
export function bucketConfig(env: BucketKeys): BucketConfig | undefined {
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
