import { basename } from 'node:path';
import { z } from 'zod';

/*
 * A backup is two files side by side: `backup-….tar.gz.enc`, which is what `openssl enc -aes-256-cbc -pbkdf2` writes
 * ("Salted__", 8 bytes of salt, the ciphertext), and `….meta.json`, which says how to open it and proves that not a byte of
 * either was changed (encrypt-then-MAC).
 */

export const EXTENSION = '.tar.gz.enc';
export const META_SUFFIX = '.meta.json';
/** A file that is being written; nobody takes it for a backup. */
export const PART_SUFFIX = '.part';
/** Name of the last file within the archive: what the others are. */
export const MANIFEST = 'manifest.json';
/** Rounds of PBKDF2-HMAC-SHA-256 for new archives: OWASP's advice of 2023 for passwords that people may have chosen. */
export const ITERATIONS = 600_000;
export const SALT_MAGIC = Buffer.from('Salted__', 'latin1');
export const SALT_BYTES = 8;

const Hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** What the HMAC covers together with every byte of the file: an archive under another name or subject is found. */
const Header = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,127}$/),
  /** Whose data it is, such as `tenant:<uuid>`. */
  subject: z.string().min(1).max(128),
  createdAt: z.iso.datetime(),
  cipher: z.literal('aes-256-cbc'),
  kdf: z.literal('pbkdf2-sha256'),
  /** Bounded: a forged number would keep a processor busy before the HMAC can tell. */
  iterations: z.number().int().min(1000).max(10_000_000),
  /** Salt of the key of the HMAC; that of the cipher's key is in the file, where openssl looks for it. */
  macSalt: Hex32,
});
export type ArchiveHeader = z.infer<typeof Header>;

export const ArchiveMeta = z.strictObject({
  header: Header,
  /** Bytes of the file. */
  size: z.number().int().positive(),
  sha256: Hex32,
  /** HMAC-SHA-256 over the header as JSON, a newline, and the file. */
  hmac: Hex32,
  /** How to open it without Lapak. */
  open: z.string(),
});
export type ArchiveMeta = z.infer<typeof ArchiveMeta>;

export const ArchivePartRecord = z.strictObject({
  name: z.string().regex(/^[a-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*){0,4}$/),
  size: z.number().int().nonnegative(),
  sha256: Hex32,
});
export type ArchivePartRecord = z.infer<typeof ArchivePartRecord>;

/** What every manifest holds; the rest is the caller's. */
export const ArchiveManifest = z.looseObject({ parts: z.array(ArchivePartRecord).max(10_000) });
export type ArchiveManifest = z.infer<typeof ArchiveManifest>;

/** A command for stock openssl and tar. The password is taken from the environment, never from argv. */
export function openCommand(name: string, iterations: number): string {
  return `openssl enc -d -aes-256-cbc -pbkdf2 -iter ${iterations} -in ${name} -pass env:BACKUP_ENCRYPTION_PASSWORD | tar xzf -`;
}

export const macInput = (header: ArchiveHeader): string => `${JSON.stringify(header)}\n`;
export const metaText = (meta: ArchiveMeta): string => `${JSON.stringify(meta, null, 2)}\n`;

/** `backup-YYYYMMDD-HHMMSS.tar.gz.enc` of a moment, in UTC. */
export function archiveName(at: Date, prefix = 'backup'): string {
  const [day, time] = at.toISOString().split('T') as [string, string];
  return `${prefix}-${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}${EXTENSION}`;
}

/**
 * Reads a meta file. Only the very text that was written is taken, so that there is no byte in it that could be changed
 * unnoticed.
 * @returns undefined when it is not one, or not of a file of this name
 */
export function parseMeta(text: string, file: string): ArchiveMeta | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data: meta } = ArchiveMeta.safeParse(json);
  if (!meta || metaText(meta) !== text || meta.header.name !== basename(file)) return undefined;
  return meta.open === openCommand(meta.header.name, meta.header.iterations) ? meta : undefined;
}
