import { stripVTControlCharacters, styleText } from 'node:util';
import { onOutputFault } from '../../kernel/output-fault.ts';
import { EXIT } from '../exit.ts';

type Style = Parameters<typeof styleText>[0];

/** Where a command says things. Results go to stdout, everything said on the way there to stderr. */
export type Output = {
  /** Every line of stdout and of stderr is a JSON document, for programs. */
  readonly json: boolean;
  /** Somebody watches stderr on a terminal that can redraw a line. */
  readonly live: boolean;
  /** The command's one result: as JSON, or as text for a person. */
  result(value: unknown, text: () => string): void;
  /** A piece of text of a stream, as it is. */
  raw(text: string): void;
  /** A line for a person who watches; with `--json` as `{"note": …}`. */
  note(line: string): void;
  /** Colour for stdout, where that is a terminal and NO_COLOR is not set. */
  style(style: Style, text: string): string;
  /** The same for notes. */
  noteStyle(style: Style, text: string): string;
};

export function createOutput(json: boolean): Output {
  const { stdout, stderr } = process;
  return {
    json,
    live: !json && canRedraw(stderr),
    result(value, text) {
      stdout.write(`${json ? terminalJson(value) : text()}\n`);
    },
    raw: (text) => void stdout.write(text),
    note: (line) =>
      void stderr.write(`${json ? terminalJson({ note: stripVTControlCharacters(line).trim() }) : line}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
    noteStyle: (style, text) => (json ? text : styleText(style, text, { stream: stderr })),
  };
}

/** Escaped beyond what JSON asks for: control characters of terminals, and what turns a line around. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export function terminalJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A terminal without columns exists (some containers and scripts open one): nothing can be drawn on it. */
function canRedraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && stream.columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
}

/**
 * A reader that went away (`lapak … | head`) ends the program quietly, as it does to any tool in a pipe; a result that cannot
 * be written (`> /dev/full`) is a failure, which is said on stderr. Nobody needs to read stderr.
 * @param quit what ends the program, for one that must stop others first
 */
export function endWithReader(json: boolean, quit: (code: number) => void = (code) => process.exit(code)): void {
  onOutputFault(({ stream, error, readerGone }) => {
    if (stream === 'stderr') return;
    if (readerGone) return quit(Number(process.exitCode ?? EXIT.done));
    process.exitCode = EXIT.failed;
    const message = `The result could not be written to stdout (${error.code ?? error.message}).`;
    createOutput(json).note(json ? message : `✗ ${message} [STDOUT_UNWRITABLE]`);
    quit(EXIT.failed);
  });
}
