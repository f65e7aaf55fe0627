import { createDecipheriv, createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { AppError } from '../../../../kernel/errors.ts';
import { type Copy, checkArchive, opener } from './check.ts';
import { ArchiveManifest, type ArchiveMeta, ArchivePartRecord, MANIFEST, SALT_BYTES, SALT_MAGIC } from './format.ts';
import { cipherKey } from './keys.ts';

export type Extracted = {
  /** What manifest.json says: `parts`, and the facts that its writer gave. */
  manifest: ArchiveManifest;
  /** Absolute path of each part by its name. */
  parts: Record<string, string>;
};

/**
 * Checks an archive, then unpacks it into `toDir` (files 0600), and holds each part against the manifest.
 * @throws AppError BACKUP_DAMAGED saying what is wrong
 */
export async function extractArchive(
  file: string,
  password: string,
  toDir: string,
  signal?: AbortSignal,
  expected: { subject?: string } = {},
): Promise<Extracted> {
  const checked = await checkArchive(file, password, { ...expected, signal });
  if (!checked.ok) throw damaged(file, checked.reason);
  await mkdir(toDir, { recursive: true, mode: 0o700 });
  const parts: Record<string, string> = {};
  const manifest = await readArchive({ name: file, open: opener(file) }, password, checked.meta, {
    signal,
    async part(name) {
      const path = join(toDir, name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      parts[name] = path;
      return createWriteStream(path, { mode: 0o600, flush: true });
    },
  });
  return { manifest, parts };
}

export type ArchiveReader = {
  signal?: AbortSignal | undefined;
  /** Where the bytes of a part go. */
  part(name: string): Writable | Promise<Writable>;
};

/** Larger manifests are not read. */
const MOST_MANIFEST_BYTES = 8_000_000;

/**
 * Decrypts and unpacks an archive that was checked before, as one stream, and holds each part against the manifest.
 * @throws AppError BACKUP_DAMAGED
 */
export async function readArchive(
  copy: Pick<Copy, 'name' | 'open'>,
  password: string,
  { header }: Pick<ArchiveMeta, 'header'>,
  reader: ArchiveReader,
): Promise<ArchiveManifest> {
  const file = copy.name;
  const prefix = await readPrefix(copy);
  const { key, iv } = await cipherKey(password, prefix.subarray(SALT_MAGIC.length), header.iterations);
  const source = await copy.open(prefix.length);
  const tar = extract();
  // tar-stream's streams are of streamx, which behave as Node's and are not typed as such.
  const unpacking = unpack(tar as unknown as AsyncIterable<Entry>, reader);
  const stream = pipeline(
    source,
    createDecipheriv('aes-256-cbc', key, iv),
    createGunzip(),
    tar as unknown as Writable,
    {
      signal: reader.signal,
    },
  );
  const [unpacked, streamed] = await Promise.allSettled([unpacking, stream]);
  reader.signal?.throwIfAborted();
  if (unpacked.status === 'rejected') throw unpacked.reason;
  if (streamed.status === 'rejected') throw damaged(file, 'it does not unpack');
  const { manifest, seen } = unpacked.value;
  if (!manifest) throw damaged(file, 'it has no manifest');
  const told = JSON.stringify(manifest.parts);
  if (told !== JSON.stringify(seen)) throw damaged(file, 'its parts are not those of its manifest');
  return manifest;
}

type Entry = Readable & { header: { name: string; size?: number; type?: string | null } };

async function unpack(tar: AsyncIterable<Entry>, reader: ArchiveReader) {
  const seen: ArchivePartRecord[] = [];
  let manifest: ArchiveManifest | undefined;
  for await (const entry of tar) {
    const { name } = entry.header;
    const hash = createHash('sha256');
    let size = 0;
    const counter = new Transform({
      transform(chunk, _encoding, done) {
        size += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const kept: Buffer[] = [];
    const target = name === MANIFEST ? memory(kept) : await reader.part(ArchivePartRecord.shape.name.parse(name));
    await pipeline(entry, counter, target);
    if (name === MANIFEST) manifest = ArchiveManifest.parse(JSON.parse(Buffer.concat(kept).toString('utf8')));
    else seen.push({ name, size, sha256: hash.digest('hex') });
  }
  return { manifest, seen };
}

function memory(kept: Buffer[]): Writable {
  let size = 0;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      kept.push(chunk);
      done(size > MOST_MANIFEST_BYTES ? new Error('the manifest is too large') : null);
    },
  });
}

async function readPrefix(copy: Pick<Copy, 'open'>): Promise<Buffer> {
  const wanted = SALT_MAGIC.length + SALT_BYTES;
  let prefix = Buffer.alloc(0);
  const source = await copy.open(0);
  for await (const chunk of source) {
    prefix = Buffer.concat([prefix, chunk]);
    // Leaving the loop closes the stream.
    if (prefix.length >= wanted) break;
  }
  return prefix.subarray(0, wanted);
}

function damaged(file: string, reason: string): AppError {
  return new AppError('BACKUP_DAMAGED', `The backup ${file} cannot be used: ${reason}.`);
}
