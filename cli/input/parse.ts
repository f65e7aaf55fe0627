import { InvalidArgumentError } from 'commander';
import { StoreSlug } from '../../control-plane/api/contract/index.ts';
import { telegramId } from '../../kernel/ids.ts';
import { usageError } from '../exit.ts';

/** Parsers of command line values. They throw what Commander turns into bad usage that names the option. */

export function storeSlug(text: string): string {
  const parsed = StoreSlug.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('A store is named by a small letter, then 1 to 30 small letters, digits or -.');
}

export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** `256`, `256m`, `1g` → MiB */
export function memory(text: string): number {
  const [, digits, unit] = /^(\d+)(m|mb|mib|g|gb|gib)?$/i.exec(text) ?? [];
  const value = Number(digits) * (unit?.toLowerCase().startsWith('g') ? 1024 : 1);
  if (digits && value >= 64 && value <= 65_536) return value;
  throw new InvalidArgumentError('Expected a memory limit of at least 64 MiB, such as 256m or 1g.');
}

/** `0.5`, `2` → cores */
export function cpus(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value >= 0.05 && value <= 64) return value;
  throw new InvalidArgumentError('Expected a CPU limit in cores from 0.05 to 64, such as 0.5.');
}

/** `111,222` → ids, without repeats */
export function telegramIds(text: string): number[] {
  const ids = text.split(',').map((id) => telegramId(id.trim()));
  if (ids.every((id) => id !== undefined)) return [...new Set(ids)];
  throw new InvalidArgumentError('Expected Telegram user ids (numbers, from @userinfobot), separated by commas.');
}

const SECRET_KEY = /TOKEN|SECRET|PASSWORD|API_KEY|ENCRYPTION_KEY|DATABASE_URL/;

/** Collects `--set KEY=VALUE`. Secrets are refused. */
export function setting(text: string, soFar: Record<string, string> = {}): Record<string, string> {
  const [key, value] = splitSetting(text, 'KEY=VALUE');
  if (SECRET_KEY.test(key)) {
    // Not an InvalidArgumentError: Commander would repeat the value.
    throw usageError(`${key} is a secret, and other users of this machine can read a command line.`, [
      { field: `--set-file ${key}=<file>`, expected: 'the file that holds it, or - for stdin' },
    ]);
  }
  return { ...soFar, [key]: value };
}

/** Collects `--set-file KEY=PATH`. */
export function settingFile(text: string, soFar: Record<string, string> = {}): Record<string, string> {
  const [key, path] = splitSetting(text, 'KEY=PATH');
  return { ...soFar, [key]: path };
}

function splitSetting(text: string, form: string): [string, string] {
  const [, key, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new InvalidArgumentError(`Expected ${form}, with the key in capitals.`);
}
