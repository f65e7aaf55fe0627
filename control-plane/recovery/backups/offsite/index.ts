export { type Bucket, createBucket } from './bucket.ts';
export { folderPlace } from './folder.ts';
export type { OffsitePlace } from './place.ts';
