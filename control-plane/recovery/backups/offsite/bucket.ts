import type { BucketConfig } from '../../../platform/bucket-config.ts';
import { keyOf, type OffsitePlace } from './place.ts';
import type { OpenBucket } from './s3.ts';

export type Bucket = {
  /** The place of one store's copies, below a folder of its own. */
  place(folder: string): OffsitePlace;
  close(): void;
};

/** A bucket of any service that speaks S3. Its library is loaded with the first copy: it takes memory that few need. */
export function createBucket(config: BucketConfig): Bucket {
  let opening: Promise<OpenBucket> | undefined;
  const placeOf = async (folder: string) => {
    opening ??= import('./s3.ts').then(({ openBucket }) => openBucket(config));
    return (await opening).place(folder);
  };
  return {
    place: (folder) => ({
      locate: (file) => `s3://${config.bucket}/${keyOf(config, folder, file)}`,
      put: async (path, signal) => (await placeOf(folder)).put(path, signal),
      get: async (file, signal) => (await placeOf(folder)).get(file, signal),
      remove: async (file) => (await placeOf(folder)).remove(file),
    }),
    close: () => void opening?.then((bucket) => bucket.close()),
  };
}
