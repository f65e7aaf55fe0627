import type { Readable } from 'node:stream';
import type { BucketConfig } from '../../config.ts';

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
