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

/** `running,failed` → the same text, of known values only */
export function oneOrMore(values: readonly string[]) {
  return (text: string): string => {
    const given = text.split(',').map((part) => part.trim());
    if (given.every((value) => values.includes(value))) return given.join(',');
    throw new InvalidArgumentError(`Expected one or several of ${values.join(', ')}, separated by commas.`);
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10m`, `2h`, or a time such as `2026-11-30T08:00` (of this machine's zone, unless it names another) → RFC 3339 */
export function pastTime(text: string): string {
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const at = digits && unit ? Date.now() - Number(digits) * (UNIT_MS[unit] ?? 0) : Date.parse(text);
  if (at > Date.UTC(2000, 0, 1) && at < Date.UTC(2100, 0, 1)) return new Date(at).toISOString();
  throw new InvalidArgumentError('Expected how long ago, such as 10m, 2h or 3d, or a time such as 2026-11-30T08:00.');
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

/** Collects `--unset KEY`. */
export function settingKey(text: string, soFar: readonly string[] = []): string[] {
  if (/^[A-Z][A-Z0-9_]*$/.test(text)) return [...soFar, text];
  throw new InvalidArgumentError('Expected the name of a setting, in capitals.');
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
