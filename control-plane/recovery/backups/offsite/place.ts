import type { Readable } from 'node:stream';
import type { BucketConfig } from '../../../platform/bucket-config.ts';

/** Where copies go that survive the loss of this machine: a folder on another disk, or a bucket. */
export type OffsitePlace = {
  /** How people find a copy: a path, or `s3://bucket/key`. */
  locate(file: string): string;
  /** Copies an archive and its meta file. What is there of the same name is replaced. @throws AppError OFFSITE_UNAVAILABLE */
  put(path: string, signal: AbortSignal): Promise<void>;
  /** The copy as it lies there; undefined when there is none. @throws AppError OFFSITE_UNAVAILABLE */
  get(file: string, signal: AbortSignal): Promise<OffsiteCopy | undefined>;
  remove(file: string): Promise<void>;
};

export type OffsiteCopy = { name: string; meta: string; size: number; open(start: number): Promise<Readable> };

/** Key in a bucket of a file of one store. */
export const keyOf = ({ prefix }: BucketConfig, folder: string, file: string): string =>
  [prefix, folder, file].filter((part) => part !== '').join('/');

/** A meta file has about a kilobyte; what lies offsite may have been put there by somebody else. */
const MOST_META_BYTES = 64 * 1024;

/** Reads a meta file, and no more of it than one can have. @throws Error when it is longer */
export async function readMeta(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop ends the stream.
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_META_BYTES) throw new Error(`a meta file has more than ${MOST_META_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
