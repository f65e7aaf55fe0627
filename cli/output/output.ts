import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command says things. Results go to stdout, everything said on the way there to stderr. */
export type Output = {
  /** Results are JSON documents, for programs. */
  readonly json: boolean;
  /** Somebody watches stderr on a terminal that can redraw a line. */
  readonly live: boolean;
  /** The command's one result: as JSON, or as text for a person. */
  result(value: unknown, text: () => string): void;
  /** A piece of text of a stream, as it is. */
  raw(text: string): void;
  /** A line for a person who watches. */
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
    live: canRedraw(stderr),
    result(value, text) {
      stdout.write(`${json ? terminalJson(value) : text()}\n`);
    },
    raw: (text) => void stdout.write(text),
    note: (line) => void stderr.write(`${line}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
    noteStyle: (style, text) => styleText(style, text, { stream: stderr }),
  };
}

/** Escaped beyond what JSON asks for: control characters of terminals, and what turns a line around. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export function terminalJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A terminal without columns exists (some containers and scripts open one): nothing can be drawn on it. */
function canRedraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && stream.columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
}

/** A pipe whose reader ended, and a terminal that was closed. */
const READER_GONE = new Set(['EPIPE', 'EIO']);

/**
 * A reader that went away (`lapak … | head`) ends the program quietly, as it does to any tool in a pipe.
 */
export function endWithReader(): void {
  whenReaderGoes(() => process.exit());
}

/** Replaces what happens when the reader of stdout goes away. Nobody needs to read stderr. */
export function whenReaderGoes(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!READER_GONE.has(error.code ?? '')) throw error;
      if (stream === process.stdout) then();
    });
  }
}
