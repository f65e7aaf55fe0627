import type { Message } from 'grammy/types';
import { withoutInvisible } from '../../../../kernel/text.ts';
import { fileOf, type GoodsFile } from './files.ts';

/** Units of goods as an admin sent them: texts, and files. Blank lines and units that are too long are counted and left out. */
export type Units = { units: string[]; files?: GoodsFile[]; empty: number; tooLong: number };

export type IntakeProblem =
  /** A sticker, voice, animation… */
  | 'not_goods'
  /** A table, which most likely holds one unit a row: sold as it is, all of it would go to one customer. */
  | 'not_txt'
  | 'file_too_big'
  | 'not_utf8'
  | 'download_failed'
  | 'too_many'
  | 'too_long'
  | 'nothing';

export type Intake = ({ ok: true } & Units) | { ok: false; problem: IntakeProblem };

export const INTAKE_LIMITS = {
  /** Longest unit, in characters. */
  unit: 16_000,
  /** Most units in one file or message: sealing and storing them is one transaction. */
  units: 100_000,
  /** The Bot API lets a bot download no more. */
  fileBytes: 20 * 1024 * 1024,
} as const;

const TABLE = /\.(csv|tsv|xlsx?|ods)$/i;

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

const isList = (file: Message['document']): boolean => file?.file_name?.toLowerCase().endsWith('.txt') ?? false;

const isTooBig = (file: Message['document']): boolean => (file?.file_size ?? 0) > INTAKE_LIMITS.fileBytes;

/** The file of a message that is a list of goods: a `.txt` that may be fetched. */
export const listFile = ({ document }: Message): string | undefined =>
  isList(document) && !isTooBig(document) ? document?.file_id : undefined;

/**
 * Reads goods from a message: its text, or the lines of its `.txt` file, which is looked at before it is opened; any other
 * document, photo or video is one unit as it is. `bytesOf` may throw; `onFault` hears why.
 */
export function readIntake(
  message: Message | undefined,
  bytesOf: (fileId: string) => Uint8Array,
  onFault: (error: unknown) => void,
): Intake {
  if (message?.text !== undefined) return unitsOfText(message.text);
  const goods = fileOf(message);
  if (!goods) return { ok: false, problem: 'not_goods' };
  const file = message?.document;
  if (!file || !isList(file)) {
    if (file?.file_name && TABLE.test(file.file_name)) return { ok: false, problem: 'not_txt' };
    return { ok: true, units: [], files: [goods], empty: 0, tooLong: 0 };
  }
  if (isTooBig(file)) return { ok: false, problem: 'file_too_big' };
  let bytes: Uint8Array;
  try {
    bytes = bytesOf(file.file_id);
  } catch (error) {
    onFault(error);
    return { ok: false, problem: 'download_failed' };
  }
  return unitsOfFile(bytes);
}
