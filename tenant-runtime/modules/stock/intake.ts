import type { Message } from 'grammy/types';
import { withoutInvisible } from '../../../kernel/text.ts';

/** Units of goods as an admin sent them. Blank lines and units that are too long are counted and left out. */
export type Units = { units: string[]; empty: number; tooLong: number };

export type IntakeProblem =
  /** A photo, sticker, voice… */
  'not_goods' | 'not_txt' | 'file_too_big' | 'not_utf8' | 'download_failed' | 'too_many' | 'too_long' | 'nothing';

export type Intake = ({ ok: true } & Units) | { ok: false; problem: IntakeProblem };

export const INTAKE_LIMITS = {
  /** Longest unit, in characters. */
  unit: 16_000,
  /** Most units in one file or message: sealing and storing them is one transaction. */
  units: 100_000,
  /** The Bot API lets a bot download no more. */
  fileBytes: 20 * 1024 * 1024,
} as const;

/** `#massal` as people write it: `# Massal`, `#masal:`, `＃MASSAL`; the first unit may follow on the same line. */
const BULK = /^\s*[#＃]\s*mas+\s?al(?![\p{L}\p{N}])[ \t]*[:：]?[ \t]*(?:\r?\n|$)?/iu;

/** One message is one unit, however many lines it has; below `#massal`, or when that was said since, each line is one. */
export function unitsOfText(text: string, as: 'one' | 'lines' = 'one'): Intake {
  const typed = withoutInvisible(text);
  return as === 'lines' || BULK.test(typed) ? collect(linesOf(typed.replace(BULK, ''))) : collect([typed]);
}

/** How many lines a message holds of which it does not say that each is a unit. */
export function linesWithoutMark(text: string): number {
  const typed = withoutInvisible(text);
  return BULK.test(typed) ? 0 : linesOf(typed).filter((line) => line.trim() !== '').length;
}

/** Each line of a text file is one unit. A byte-order mark and any kind of line break are taken care of. */
export function unitsOfFile(bytes: Uint8Array): Intake {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, problem: 'not_utf8' };
  }
  if (text.includes('\0')) return { ok: false, problem: 'not_utf8' };
  return collect(linesOf(text));
}

/** Stops soon after there are too many: a file of line breaks alone would cost hundreds of megabytes. */
const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/, INTAKE_LIMITS.units + 2);

function collect(pieces: string[]): Intake {
  // What follows the last line break is not a line.
  if (pieces.length > 1 && pieces.at(-1) === '') pieces.pop();
  if (pieces.length > INTAKE_LIMITS.units) return { ok: false, problem: 'too_many' };
  const filled = pieces.map((piece) => withoutInvisible(piece).trim()).filter((piece) => piece !== '');
  const units = filled.filter((unit) => unit.length <= INTAKE_LIMITS.unit);
  if (filled.length === 0) return { ok: false, problem: 'nothing' };
  if (units.length === 0) return { ok: false, problem: 'too_long' };
  return { ok: true, units, empty: pieces.length - filled.length, tooLong: filled.length - units.length };
}

/**
 * Reads goods from a message: its text, or its `.txt` file, which is looked at before it is downloaded. `download` may
 * reject; `onFault` hears why.
 */
export async function readIntake(
  message: Message | undefined,
  download: (fileId: string) => Promise<Uint8Array>,
  onFault: (error: unknown) => void,
): Promise<Intake> {
  if (message?.text !== undefined) return unitsOfText(message.text);
  const file = message?.document;
  if (!file) return { ok: false, problem: 'not_goods' };
  if (!file.file_name?.toLowerCase().endsWith('.txt')) return { ok: false, problem: 'not_txt' };
  if ((file.file_size ?? 0) > INTAKE_LIMITS.fileBytes) return { ok: false, problem: 'file_too_big' };
  let bytes: Uint8Array;
  try {
    bytes = await download(file.file_id);
  } catch (error) {
    onFault(error);
    return { ok: false, problem: 'download_failed' };
  }
  return unitsOfFile(bytes);
}
