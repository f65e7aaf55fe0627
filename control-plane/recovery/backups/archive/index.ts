export { type Checked, type Copy, checkArchive, checkCopy, type Expected, opener } from './check.ts';
export { publish, removeArchive, sweepLeftovers } from './durable.ts';
export { type ArchiveReader, type Extracted, extractArchive, readArchive } from './extract.ts';
export {
  ArchiveManifest,
  type ArchiveMeta,
  type ArchivePartRecord,
  archiveName,
  EXTENSION,
  META_SUFFIX,
  PART_SUFFIX,
} from './format.ts';
export { type ArchivePart, type WriteArchive, writeArchive } from './write.ts';
