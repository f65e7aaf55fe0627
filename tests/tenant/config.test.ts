import { expect, test } from 'vitest';
import { parseEnvFile } from '../../kernel/config.ts';
import { sealingKey } from '../../kernel/crypto.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseTenantConfig } from '../../tenant-runtime/config.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));

const COMPLETE = {
  TELEGRAM_BOT_TOKEN: `123456:${'A'.repeat(35)}`,
  TELEGRAM_ADMIN_IDS: '1',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  PAKASIR_PROJECT_SLUG: 'x',
  PAKASIR_API_KEY: 'x',
  STORE_SLUG: 'warung',
  BOT_STORE_NAME: 'Warung',
  DATA_ENCRYPTION_KEY: KEY.toString('base64'),
};
const read = (env: Record<string, string>) => parseTenantConfig({ ...COMPLETE, ...env }).env;

test.each([
  ['LOG_LEVEL', { INFO: 'info', Warning: 'warn', WARN: 'warn', CRITICAL: 'fatal', debug: 'debug' }],
  ['OWNER_ALERT_THRESHOLD', { ERROR: 'error', WARNING: 'warn', critical: 'fatal' }],
  ['ENABLE_AUTO_BACKUP', { True: true, TRUE: true, 1: true, yes: true, on: true, False: false, 0: false, No: false }],
  ['TELEGRAM_MODE', { AUTO: 'auto', Polling: 'polling' }],
  ['BACKUP_TIME', { '3:00': '03:00', '03.30': '03:30', '"23:59"': '23:59' }],
] as const)('%s is understood as other programs write it', (key, meanings) => {
  for (const [written, meant] of Object.entries(meanings)) expect(read({ [key]: written })[key], written).toBe(meant);
});

test('a word that is none of them is refused with the list, never the value', () => {
  for (const key of ['LOG_LEVEL', 'OWNER_ALERT_THRESHOLD', 'ENABLE_AUTO_BACKUP', 'BACKUP_TIME']) {
    expect(() => read({ [key]: 'hunter2' })).toThrow(AppError);
    expect(() => read({ [key]: 'hunter2' })).toThrow(new RegExp(`^${key}: expected (?!.*hunter2)`));
  }
});

test('ids are read with blanks, in brackets, up to 52 bits and no further', () => {
  const ids = [1, 999_999_999_999_999, 2 ** 52];
  for (const written of [ids.join(','), ids.join(' , '), `${ids.join(', ')},`, `[${ids.join(', ')}]`, `"${ids}"`]) {
    expect(read({ TELEGRAM_ADMIN_IDS: written }).TELEGRAM_ADMIN_IDS, written).toEqual(ids);
  }
  for (const wrong of [String(2 ** 52 + 1), '1,,2', 'x', '[1', '-5']) {
    expect(() => read({ TELEGRAM_ADMIN_IDS: wrong }), wrong).toThrow('TELEGRAM_ADMIN_IDS');
  }
});

test('a key in the url-safe alphabet is the same key, with or without its padding', () => {
  const urlSafe = KEY.toString('base64url');
  expect(urlSafe).toMatch(/[-_]/);
  for (const written of [urlSafe, `${urlSafe}=`, `'${urlSafe}='`]) {
    expect(sealingKey(read({ DATA_ENCRYPTION_KEY: written }).DATA_ENCRYPTION_KEY)).toEqual(
      sealingKey(COMPLETE.DATA_ENCRYPTION_KEY),
    );
  }
});

test('empty keys are unset, whichever quotes they have', () => {
  const { OWNER_BOT_TOKEN, BACKUP_TIME } = read({ OWNER_BOT_TOKEN: '', BACKUP_TIME: '""' });
  expect({ OWNER_BOT_TOKEN, BACKUP_TIME }).toEqual({ OWNER_BOT_TOKEN: undefined, BACKUP_TIME: '03:00' });
});

test('an env file is read with exports, quotes, CRLF, a byte-order mark, comments and a # within a value', () => {
  const text = "\uFEFFA=1\r\nexport B=\"two\"\r\nC=\r\n# no\r\nD= x  # note\r\nE=a#b'c # note\r\nF='#q'\r\n";
  expect(parseEnvFile(text)).toEqual({ A: '1', B: 'two', C: '', D: 'x', E: "a#b'c", F: '#q' });
});
