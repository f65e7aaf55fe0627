import type { MessageView } from '../telegram/view.ts';

const ATTACHED: Record<MessageView['kind'], string> = {
  text: '',
  photo: '🖼  foto',
  document: '📄',
  sticker: 'stiker',
  contact: '☎️  kontak',
};

/** A chat as plain text: who, what they wrote, and each row of buttons as `[ label ] [ label ]`. */
export function renderTranscript(messages: readonly MessageView[]): string {
  return messages.map(renderMessage).join('\n\n');
}

export function renderMessage(message: MessageView): string {
  const who = message.from === 'bot' ? `🤖 ${message.name}` : `👤 ${message.name}`;
  const file = message.file ? ` ${[message.file.name, `(${message.file.size} byte)`].filter(Boolean).join(' ')}` : '';
  const lines = [
    `${who}${message.edited ? ' (diedit)' : ''}`,
    ...(message.kind === 'text' ? [] : [`${ATTACHED[message.kind]}${file}`]),
    ...(message.text ? message.text.split('\n') : []),
    ...message.buttons.map((row) => row.map((button) => `[ ${button.label} ]`).join(' ')),
  ];
  return lines.map((line, index) => (index === 0 ? line : `   ${line}`.trimEnd())).join('\n');
}
