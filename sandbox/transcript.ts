import type { MessageView } from './telegram/view.ts';

const ATTACHED: Record<MessageView['kind'], string> = {
  text: '',
  photo: '🖼  foto',
  video: '🎬',
  document: '📄',
  sticker: 'stiker',
  contact: '☎️  kontak',
};

/** A chat as plain text: who, what they wrote, and each row of buttons as `[ label ] [ label ]`. */
export function renderTranscript(messages: readonly MessageView[]): string {
  return messages.map((message) => renderMessage(message)).join('\n\n');
}

export type RenderOptions = {
  /** Label of the button that the person pressed. */
  pressed?: string;
  /** What stands for a photo or a file; by default its name and size. */
  attached?: string;
  /** Breaks lines of text that are longer; as long as they are by default. */
  columns?: number;
};

export function renderMessage(message: MessageView, options: RenderOptions = {}): string {
  const who = message.from === 'bot' ? `🤖 ${message.name}` : `👤 ${message.name}`;
  const lines = [
    `${who}${message.edited ? ' (diedit)' : ''}`,
    ...(message.kind === 'text' ? [] : [options.attached ?? attached(message)]),
    ...(message.text ? message.text.split('\n').flatMap((line) => broken(line, options.columns)) : []),
    ...message.buttons.map((row) => renderButtons(row, options.pressed)),
  ];
  return lines.map((line, index) => (index === 0 ? line : `   ${line}`.trimEnd())).join('\n');
}

/** `[ ➖ ] [👉 ➕ ]` */
export const renderButtons = (row: readonly { label: string }[], pressed?: string): string =>
  row.map(({ label }) => (label === pressed ? `[👉 ${label} ]` : `[ ${label} ]`)).join(' ');

function attached({ kind, file }: MessageView): string {
  const name = file ? ` ${[file.name, `(${file.size} byte)`].filter(Boolean).join(' ')}` : '';
  return `${ATTACHED[kind]}${name}`;
}

/** A line broken between words; what it began with, it begins with again. */
function broken(line: string, columns = Number.POSITIVE_INFINITY): string[] {
  if (line.length <= columns) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(' ')) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (current !== '' && longer.length > columns) lines.push(current);
    current = current !== '' && longer.length > columns ? `${indent}${word}` : longer;
  }
  return [...lines, current];
}
