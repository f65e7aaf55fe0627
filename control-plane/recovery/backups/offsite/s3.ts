import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import type { BucketConfig } from '../../../platform/bucket-config.ts';
import { META_SUFFIX } from '../archive/index.ts';
import { keyOf as keyIn, type OffsitePlace, readMeta } from './place.ts';

export type OpenBucket = { place(folder: string): Omit<OffsitePlace, 'locate'>; close(): void };

/** Two parts are in memory at a time, however large the archive; 10,000 of them make 84 GB. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** A bucket of any service that speaks S3. */
export function openBucket(config: BucketConfig): OpenBucket {
  const client = new S3Client({
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    ...(config.endpoint ? { endpoint: config.endpoint, forcePathStyle: true } : {}),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    // Services other than Amazon's do not all know the newer checksums; the archive carries its own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { place: (folder) => place(client, config, folder), close: () => client.destroy() };
}

function place(client: S3Client, config: BucketConfig, folder: string): Omit<OffsitePlace, 'locate'> {
  const Bucket = config.bucket;
  const keyOf = (file: string) => keyIn(config, folder, file);

  async function size(Key: string, abortSignal: AbortSignal): Promise<number | undefined> {
    try {
      return (await client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal })).ContentLength;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
      throw error;
    }
  }

  return {
    put: (path, signal) =>
      reporting(Bucket, signal, async () => {
        const key = keyOf(basename(path));
        const Body = createReadStream(path, { highWaterMark: 262_144 });
        // One that fails half-way is given up at the service too, where its parts would go on costing.
        const upload = new Upload({
          client,
          params: { Bucket, Key: key, Body, ContentType: 'application/octet-stream' },
          partSize: PART_BYTES,
          queueSize: PARTS_AT_ONCE,
          leavePartsOnError: false,
        });
        const abort = () => void upload.abort();
        signal.addEventListener('abort', abort, { once: true });
        try {
          signal.throwIfAborted();
          await upload.done();
        } finally {
          signal.removeEventListener('abort', abort);
          Body.destroy();
        }
        const meta = await readFile(path + META_SUFFIX);
        const put = { Bucket, Key: key + META_SUFFIX, Body: meta, ContentType: 'application/json' };
        await client.send(new PutObjectCommand(put), { abortSignal: signal });
      }),
    get: (file, signal) =>
      reporting(Bucket, signal, async () => {
        const key = keyOf(file);
        const bytes = await size(key, signal);
        if (bytes === undefined || (await size(key + META_SUFFIX, signal)) === undefined) return undefined;
        const open = async (Key: string, start: number) => {
          const range = start > 0 ? { Range: `bytes=${start}-` } : {};
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...range }), { abortSignal: signal });
          if (!(Body instanceof Readable)) throw new Error('the answer has no body');
          return Body;
        };
        const meta = await readMeta(await open(key + META_SUFFIX, 0));
        return { name: file, meta, size: bytes, open: (start: number) => open(key, start) };
      }),
    remove: (file) =>
      reporting(Bucket, undefined, async () => {
        for (const Key of [keyOf(file), keyOf(file) + META_SUFFIX]) {
          await client.send(new DeleteObjectCommand({ Bucket, Key }));
        }
      }),
  };
}

async function reporting<T>(bucket: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof S3ServiceException ? `${error.name} ${error.message}` : errorMessage(error);
    throw new AppError('OFFSITE_UNAVAILABLE', `The bucket ${bucket} cannot be used: ${why}.`, { cause: error });
  }
}
