export { type Checked, type Copy, checkArchive, checkCopy, type Expected, opener } from './check.ts';
export { publish, removeArchive, sweepLeftovers } from './durable.ts';
export { extractArchive, readArchive } from './extract.ts';
export { ArchiveManifest, type ArchiveMeta, archiveName, EXTENSION, META_SUFFIX, PART_SUFFIX } from './format.ts';
export { type ArchivePart, writeArchive } from './write.ts';
