export { type Bucket, createBucket } from './bucket.ts';
export { folderPlace } from './folder.ts';
export type { OffsiteCopy, OffsitePlace } from './place.ts';
