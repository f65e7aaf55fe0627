import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { publish } from './durable.ts';
import {
  type ArchiveHeader,
  type ArchiveMeta,
  type ArchivePartRecord,
  ITERATIONS,
  MANIFEST,
  META_SUFFIX,
  macInput,
  metaText,
  openCommand,
  PART_SUFFIX,
  SALT_BYTES,
  SALT_MAGIC,
} from './format.ts';
import { cipherKey, macKey } from './keys.ts';

/** A file of the archive: bytes at hand, or a stream of exactly `size` bytes (tar writes sizes ahead). */
export type ArchivePart = { name: string } & (
  | { content: string | Buffer }
  | { file: string }
  | { size: number; open(): Readable }
);

export type WriteArchive = {
  /** Path of the archive; its folder exists. Its base name is part of what the HMAC proves. */
  destination: string;
  password: string;
  /** Whose data it is, such as `tenant:<uuid>`. */
  subject: string;
  createdAt: Date;
  /** What manifest.json says besides the names, sizes and hashes of the parts. JSON. */
  facts: Record<string, unknown>;
  parts: readonly ArchivePart[];
  signal?: AbortSignal | undefined;
  /** Rounds of the key derivation; tests take fewer. */
  iterations?: number | undefined;
};

/**
 * Writes an archive and its meta file: tar, gzip, cipher and hashes as one stream, so that memory does not grow with the
 * parts. It appears under its name when all of it is on the disk (0600); whatever goes wrong, nothing is left of it.
 * @throws the fault of a part or of the disk, such as ENOSPC
 */
export async function writeArchive(input: WriteArchive): Promise<ArchiveMeta> {
  const { destination, iterations = ITERATIONS } = input;
  const header: ArchiveHeader = {
    format: 1,
    name: basename(destination),
    subject: input.subject,
    createdAt: input.createdAt.toISOString(),
    cipher: 'aes-256-cbc',
    kdf: 'pbkdf2-sha256',
    iterations,
    macSalt: randomBytes(32).toString('hex'),
  };
  try {
    const sealed = await seal(input, header);
    const meta: ArchiveMeta = { header, ...sealed, open: openCommand(header.name, iterations) };
    await publish(destination, metaText(meta));
    return meta;
  } catch (error) {
    await rm(destination + PART_SUFFIX, { force: true });
    await rm(destination + META_SUFFIX + PART_SUFFIX, { force: true });
    throw error;
  }
}

async function seal(
  input: WriteArchive,
  header: ArchiveHeader,
): Promise<Pick<ArchiveMeta, 'size' | 'sha256' | 'hmac'>> {
  const salt = randomBytes(SALT_BYTES);
  const [{ key, iv }, authenticator] = await Promise.all([
    cipherKey(input.password, salt, header.iterations),
    macKey(input.password, header.macSalt, header.iterations),
  ]);
  const hmac = createHmac('sha256', authenticator).update(macInput(header));
  const hash = createHash('sha256');
  let size = 0;
  const count = (chunk: Buffer) => {
    size += chunk.length;
    hash.update(chunk);
    hmac.update(chunk);
  };
  const prefix = Buffer.concat([SALT_MAGIC, salt]);
  count(prefix);
  const counter = new Transform({
    construct(done) {
      this.push(prefix);
      done();
    },
    transform(chunk, _encoding, done) {
      count(chunk);
      done(null, chunk);
    },
  });
  const tar = pack();
  const out = createWriteStream(input.destination + PART_SUFFIX, { flags: 'w', mode: 0o600, flush: true });
  const filled = fill(tar, input).catch((error) => {
    tar.destroy(error);
    throw error;
  });
  // The dump is compressed already: gzip only stores, and costs nothing.
  const gzip = createGzip({ level: constants.Z_NO_COMPRESSION, chunkSize: 65_536 });
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const [sealed, part] = await Promise.allSettled([
    pipeline(Readable.from(tar, { objectMode: false }), gzip, cipher, counter, out, { signal: input.signal }),
    filled,
  ]);
  if (part.status === 'rejected' && sealed.status === 'rejected') throw firstCause(part.reason, sealed.reason);
  if (sealed.status === 'rejected') throw sealed.reason;
  if (part.status === 'rejected') throw part.reason;
  return { size, sha256: hash.digest('hex'), hmac: hmac.digest('hex') };
}

/** A stream that breaks makes the others complain that it closed early; the one that knows why is worth telling. */
function firstCause(a: unknown, b: unknown): unknown {
  const early = (error: unknown) =>
    /premature close|stream (was )?destroyed|writable stream closed/i.test(String(error));
  return early(a) ? b : a;
}

async function fill(tar: Pack, { parts, facts, createdAt }: WriteArchive): Promise<void> {
  const records: ArchivePartRecord[] = [];
  for (const part of parts) records.push(await add(tar, part, createdAt));
  await add(tar, { name: MANIFEST, content: `${JSON.stringify({ ...facts, parts: records }, null, 2)}\n` }, createdAt);
  tar.finalize();
}

async function add(tar: Pack, part: ArchivePart, mtime: Date): Promise<ArchivePartRecord> {
  const { size, stream } = await sourceOf(part);
  const hash = createHash('sha256');
  const hasher = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const entry = tar.entry({ name: part.name, size, mode: 0o600, mtime });
  // tar-stream's streams are of streamx, which behave as Node's and are not typed as such.
  await pipeline(stream, hasher, entry as unknown as NodeJS.WritableStream);
  return { name: part.name, size, sha256: hash.digest('hex') };
}

async function sourceOf(part: ArchivePart): Promise<{ size: number; stream: Readable }> {
  if ('open' in part) return { size: part.size, stream: part.open() };
  if ('content' in part) {
    const bytes = Buffer.from(part.content);
    return { size: bytes.length, stream: Readable.from(bytes.length > 0 ? [bytes] : []) };
  }
  const { size } = await stat(part.file);
  // A log that grows meanwhile: as much as tar was told.
  const stream = size > 0 ? createReadStream(part.file, { end: size - 1, highWaterMark: 262_144 }) : Readable.from([]);
  return { size, stream };
}
