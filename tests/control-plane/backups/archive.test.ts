import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import {
  archiveName,
  checkArchive,
  extractArchive,
  META_SUFFIX,
  PART_SUFFIX,
  sweepLeftovers,
  writeArchive,
} from '../../../control-plane/recovery/backups/archive/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'lapak-archive-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const PASSWORD = 'kata sandi: "$HOME" \'x\'';
const AT = new Date('2026-05-01T03:04:05Z');
const dump = randomBytes(700_000);

let made = 0;
function folder(): string {
  const path = join(dir, String(++made));
  mkdirSync(path);
  return path;
}

async function archive(over: Partial<Parameters<typeof writeArchive>[0]> = {}, where = folder()) {
  const destination = join(where, archiveName(AT));
  const parts = [
    { name: 'database.dump', size: dump.length, open: () => Readable.from([dump.subarray(0, 9), dump.subarray(9)]) },
    { name: 'bot.env', content: 'A=1\n' },
    { name: 'logs/empty.log', content: '' },
  ];
  const meta = await writeArchive({
    destination,
    password: PASSWORD,
    subject: 'tenant:one',
    createdAt: AT,
    facts: { store: 'warung' },
    parts,
    iterations: 1000,
    ...over,
  });
  return { file: destination, where, meta };
}

test('an archive comes back byte for byte, with a manifest that says what its parts are', async () => {
  const { file, where, meta } = await archive();
  expect(file).toMatch(/backup-20260501-030405\.tar\.gz\.enc$/);
  expect(meta.size).toBe(statSync(file).size);
  expect(await checkArchive(file, PASSWORD, { subject: 'tenant:one' })).toEqual({ ok: true, meta });
  const { manifest, parts } = await extractArchive(file, PASSWORD, join(where, 'out'));
  expect(manifest).toMatchObject({
    store: 'warung',
    parts: [{ name: 'database.dump', size: 700_000 }, {}, { size: 0 }],
  });
  expect(readFileSync(parts['database.dump'] as string).equals(dump)).toBe(true);
  expect(readFileSync(parts['bot.env'] as string, 'utf8')).toBe('A=1\n');
  for (const path of [file, file + META_SUFFIX, parts['bot.env'] as string])
    expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(file + META_SUFFIX, 'utf8')).not.toContain(PASSWORD);
});

test('a key takes as many rounds as guessing is to cost, unless fewer are asked for', async () => {
  expect((await archive({ iterations: undefined })).meta.header.iterations).toBe(600_000);
});

test('the command in the meta file opens it with stock openssl and tar', async () => {
  const { where, meta } = await archive();
  const env = { ...process.env, BACKUP_ENCRYPTION_PASSWORD: PASSWORD };
  execFileSync('sh', ['-c', meta.open], { cwd: where, env });
  expect(readFileSync(join(where, 'database.dump')).equals(dump)).toBe(true);
  expect(JSON.parse(readFileSync(join(where, 'manifest.json'), 'utf8')).store).toBe('warung');
});

test('a changed byte is found wherever it is, in the file and in its meta file', async () => {
  const { file, meta } = await archive();
  for (const path of [file, file + META_SUFFIX]) {
    const whole = readFileSync(path);
    const places = path === file ? [0, 8, 20, whole.length >> 1, whole.length - 1] : [...whole.keys()];
    for (const place of places) {
      const changed = Buffer.from(whole);
      changed[place] = (changed[place] as number) ^ 1;
      writeFileSync(path, changed);
      // The rounds of the key are covered too, but a forged number would take its time to find out.
      const found = await checkArchive(file, PASSWORD);
      if (found.ok) throw new Error(`unnoticed: byte ${place} of ${path}`);
    }
    writeFileSync(path, whole);
  }
  expect(await checkArchive(file, PASSWORD)).toEqual({ ok: true, meta });
});

test('what is cut off, grown, renamed, swapped, of another password or without its meta file is found', async () => {
  const { file, where } = await archive();
  const whole = readFileSync(file);
  const reasons = async (change: () => void, password = PASSWORD, path = file, subject?: string) => {
    change();
    const found = await checkArchive(path, password, { subject });
    return found.ok ? 'not noticed' : found.reason;
  };
  const text = readFileSync(file + META_SUFFIX);
  expect(await reasons(() => writeFileSync(file, whole.subarray(0, -16)))).toMatch(/bytes instead of/);
  expect(await reasons(() => writeFileSync(file, Buffer.concat([whole, Buffer.alloc(16)])))).toMatch(
    /bytes instead of/,
  );
  expect(await reasons(() => writeFileSync(file, whole), 'another')).toMatch(/password is another/);
  expect(await reasons(() => undefined, PASSWORD, file, 'tenant:two')).toMatch(/belongs to tenant:one/);
  const other = join(where, 'backup-20260601-000000.tar.gz.enc');
  copyFileSync(file, other);
  copyFileSync(file + META_SUFFIX, other + META_SUFFIX);
  expect(await reasons(() => undefined, PASSWORD, other)).toMatch(/of another backup/);
  // Another tenant's file under this one's name, with the same password.
  const theirs = await archive({ subject: 'tenant:two' });
  const swap = () => {
    copyFileSync(theirs.file, file);
    copyFileSync(theirs.file + META_SUFFIX, file + META_SUFFIX);
  };
  expect(await reasons(swap, PASSWORD, file, 'tenant:one')).toMatch(/belongs to tenant:two/);
  expect(await reasons(() => writeFileSync(file + META_SUFFIX, text))).toMatch(/content is not|bytes instead/);
  expect(await reasons(() => rmSync(file + META_SUFFIX))).toMatch(/meta file is not there/);
  expect(await reasons(() => rmSync(file))).toMatch(/file is not there/);
  await expect(extractArchive(file, PASSWORD, folder())).rejects.toThrow(/BACKUP_DAMAGED|cannot be used/);
});

test('a part that fails, and one that is shorter than it said, leave nothing behind', async () => {
  const broken = () =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw new Error('the dump broke off');
      })(),
    );
  const where = folder();
  await expect(archive({ parts: [{ name: 'a', size: 200_000, open: broken }] }, where)).rejects.toThrow('broke off');
  const short = () => Readable.from([Buffer.alloc(10)]);
  await expect(archive({ parts: [{ name: 'a', size: 20, open: short }] }, where)).rejects.toThrow();
  await expect(archive({ parts: [{ name: 'a', file: join(where, 'none') }] }, where)).rejects.toThrow(/ENOENT/);
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(archive({ signal: stopped }, where)).rejects.toThrow();
  expect(readdirSync(where)).toEqual([]);
});

test('what a killed writer left is swept, whole archives are not', async () => {
  const { file, where } = await archive();
  for (const name of [`x${PART_SUFFIX}`, `backup-1.tar.gz.enc${META_SUFFIX}`, 'notes.txt'])
    writeFileSync(join(where, name), '');
  expect((await sweepLeftovers(where)).sort()).toEqual([`backup-1.tar.gz.enc${META_SUFFIX}`, `x${PART_SUFFIX}`]);
  expect((await checkArchive(file, PASSWORD)).ok).toBe(true);
  expect(await sweepLeftovers(join(where, 'none'))).toEqual([]);
});

test('memory does not grow with the store: what is read ahead of the disk is bounded', async () => {
  const where = folder();
  const size = 96_000_000;
  const written = () => statSync(join(where, archiveName(AT) + PART_SUFFIX), { throwIfNoEntry: false })?.size ?? 0;
  const chunk = Buffer.alloc(1_000_000, 7);
  let most = 0;
  const open = () => {
    let read = 0;
    return new Readable({
      highWaterMark: 262_144,
      read() {
        most = Math.max(most, read - written());
        this.push(read < size ? chunk : null);
        read += chunk.length;
      },
    });
  };
  const { file } = await archive({ parts: [{ name: 'big', size, open }] }, where);
  expect(statSync(file).size).toBeGreaterThan(size);
  expect(most).toBeLessThan(6_000_000);
});
