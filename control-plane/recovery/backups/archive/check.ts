import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { absent } from '../../../../kernel/files.ts';
import { type ArchiveMeta, META_SUFFIX, macInput, parseMeta } from './format.ts';
import { macKey } from './keys.ts';

export type Checked =
  | { ok: true; meta: ArchiveMeta }
  /** What is wrong with it, in a few words. */
  | { ok: false; reason: string };

/** What the archive has to be besides undamaged. */
export type Expected = { subject?: string | undefined; sha256?: string | undefined; signal?: AbortSignal | undefined };

/**
 * Reads an archive back from where it lies and says whether each byte of it and of its meta file is as it was written, and
 * whether it was written with this password. Nothing is decrypted.
 */
export async function checkArchive(file: string, password: string, expected: Expected = {}): Promise<Checked> {
  const text = await readFile(file + META_SUFFIX, 'utf8').catch(absent);
  const there = await stat(file).catch(absent);
  if (!there) return { ok: false, reason: 'the file is not there' };
  if (text === undefined) return { ok: false, reason: 'its meta file is not there' };
  return checkCopy({ name: file, meta: text, size: there.size, open: opener(file) }, password, expected);
}

/** Reads a file from a byte on. */
export const opener = (file: string) => (start: number) => createReadStream(file, { start, highWaterMark: 262_144 });

/** An archive wherever it lies, such as in a bucket. */
export type Copy = {
  /** Its name, or a path that ends in it. */
  name: string;
  /** Text of its meta file. */
  meta: string;
  size: number;
  /** Its bytes from `start` on. */
  open(start: number): Readable | Promise<Readable>;
};

/** The same for an archive that is not a file here. */
export async function checkCopy(copy: Copy, password: string, expected: Expected = {}): Promise<Checked> {
  const meta = parseMeta(copy.meta, copy.name);
  if (!meta) return { ok: false, reason: 'its meta file is damaged, or of another backup' };
  if (expected.subject !== undefined && meta.header.subject !== expected.subject) {
    return { ok: false, reason: `it belongs to ${meta.header.subject}` };
  }
  if (copy.size !== meta.size) return { ok: false, reason: `it has ${copy.size} bytes instead of ${meta.size}` };
  const hash = createHash('sha256');
  const key = await macKey(password, meta.header.macSalt, meta.header.iterations);
  const hmac = createHmac('sha256', key).update(macInput(meta.header));
  const source = await copy.open(0);
  const abort = () => source.destroy(expected.signal?.reason);
  expected.signal?.addEventListener('abort', abort, { once: true });
  try {
    expected.signal?.throwIfAborted();
    for await (const chunk of source) {
      hash.update(chunk);
      hmac.update(chunk);
    }
  } finally {
    expected.signal?.removeEventListener('abort', abort);
    source.destroy();
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== meta.sha256) return { ok: false, reason: 'its content is not what was written' };
  if (!timingSafeEqual(hmac.digest(), Buffer.from(meta.hmac, 'hex'))) {
    return { ok: false, reason: 'its password is another one, or its meta file was changed' };
  }
  if (expected.sha256 !== undefined && expected.sha256 !== sha256) {
    return { ok: false, reason: 'it is another backup than the one that was recorded' };
  }
  return { ok: true, meta };
}
