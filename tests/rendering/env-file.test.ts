import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { execa } from 'execa';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { envLine } from '../../control-plane/fleet/rendering/index.ts';
import { tempFolder } from '../drivers/stores.ts';
import { composeCommand } from './compose.ts';

/** Values that one notation suits for every reader. */
const PORTABLE = {
  PLAIN: 'postgres://lapak_x:p@10.0.0.1:5432/db_x',
  SPACES: '  Warung  Bu Sri  ',
  HTML: '<b>Toko</b> & "Kawan"',
  DOLLAR: 'harga $5 #1 `ls` $HOME',
  APOSTROPHE: "Jum'at <berkah> & #ramai",
  BACKSLASH: 'C:\\toko',
  EMPTY: '',
  UNICODE: 'Kopi ☕ Ñandú',
  EQUALS: 'a=b=c==',
};

/** Values that only Node's notation can carry. */
const ONLY_NODE = { ALL: `Rudi's "Toko" <&> $5 #1`, MONEY: "Jum'at $5", SLASH: "it's \\n" };

const fileOf = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([key, value]) => `${envLine(key, value)}\n`)
    .join('');

test('Node reads what was written', () => {
  const values = { ...PORTABLE, ...ONLY_NODE };
  expect(parseEnv(fileOf(values))).toEqual(values);
});

test('Node reads whatever one line can hold', () => {
  const value = fc
    .string({ unit: fc.constantFrom(...`'"\`$#\\ nrt=<&>{}()!~*?;|abc-é`), maxLength: 40 })
    .filter((text) => !["'", '"', '`'].every((quote) => text.includes(quote)))
    // A quote's way out of double quotes that also names a newline is refused, not written wrongly.
    .filter((text) => !(text.includes("'") && text.includes('`') && text.includes('\\n')));
  fc.assert(
    fc.property(value, (text) => {
      expect(parseEnv(`${envLine('KEY', text)}\nNEXT=1\n`)).toEqual({ KEY: text, NEXT: '1' });
    }),
  );
});

test('a shell reads the same', async () => {
  const file = await written(fileOf(PORTABLE));
  const script = `set -a; . "$1"; ${JSON.stringify(process.execPath)} -p 'JSON.stringify(process.env)'`;
  const { stdout } = await execa('sh', ['-c', script, 'sh', file]);
  expect(JSON.parse(stdout)).toMatchObject(PORTABLE);
});

const compose = await composeCommand();
test.skipIf(!compose)('compose reads the same as its env_file', async () => {
  const file = await written(fileOf(PORTABLE));
  const project = JSON.stringify({ services: { a: { image: 'none', env_file: [file] } } });
  const [command, ...first] = compose!;
  const { stdout } = await execa(command!, [...first, '-f', '-', 'config'], { input: project });
  for (const [key, value] of Object.entries(PORTABLE)) {
    expect(stdout).toMatch(asYaml(key, value));
  }
});

test.each(['two\nlines', 'a\rb', 'nul\0'])('a control character is refused, by key and without the value', (value) => {
  expect(() => envLine('BOT_STORE_NAME', value)).toThrow(/^BOT_STORE_NAME holds a newline/);
});

test('a value that no notation can carry is refused rather than changed', () => {
  expect(() => envLine('BOT_STORE_NAME', `'"\``)).toThrow(/^BOT_STORE_NAME holds/);
});

async function written(text: string): Promise<string> {
  const file = join(tempFolder('lapak-env-'), 'bot.env');
  await writeFile(file, text);
  return file;
}

/** `config` prints YAML in whichever notation suits the value; a `$` is doubled there. */
function asYaml(key: string, value: string): RegExp {
  const text = value.replaceAll('$', '$$$$');
  const escaped = (one: string) => one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const notations = [text, `'${text.replaceAll("'", "''")}'`, JSON.stringify(text), asciiJson(text)];
  return new RegExp(`^ +${key}: (${notations.map(escaped).join('|')})$`, 'm');
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[\u0080-\uffff]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).toUpperCase()}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
