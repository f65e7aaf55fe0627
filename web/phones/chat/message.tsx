import type { MessageView } from '../../../sandbox/telegram/view.ts';
import { useWords } from '../i18n.ts';
import { fileUrl } from '../state/sandbox.ts';
import { FormattedText } from './formatted-text.tsx';
import { InlineKeyboard, type Taps } from './inline-keyboard.tsx';

type MessageProps = {
  bot: number;
  message: MessageView;
  taps: Taps;
  onCommand(command: string): void;
  onEdit?(message: MessageView): void;
};

/** One bubble of a chat, with its buttons below. */
export function Message({ bot, message, taps, onCommand, onEdit }: MessageProps) {
  const words = useWords();
  const own = message.from === 'user';
  const { raw } = message;
  const origin = raw.forward_origin;
  return (
    <li className={`flex max-w-[88%] flex-col gap-1 ${own ? 'self-end' : 'self-start'}`} data-message={message.id}>
      <div className={`rounded-2xl px-3 py-1.5 shadow-sm ${own ? 'rounded-br-sm bg-own' : 'rounded-bl-sm bg-bubble'}`}>
        {origin && (
          <p className="text-link text-sm">
            {words.forwarded} {origin.type === 'user' ? origin.sender_user.first_name : origin.chat.title}
          </p>
        )}
        {raw.reply_to_message && (
          <p className="mb-1 truncate border-accent border-l-4 pl-2 text-muted text-sm">
            {raw.reply_to_message.text ?? raw.reply_to_message.caption ?? '…'}
          </p>
        )}
        <Attachment bot={bot} message={message} />
        {message.text !== '' && message.kind !== 'contact' && (
          <FormattedText
            text={message.text}
            entities={raw.entities ?? raw.caption_entities ?? []}
            onCommand={onCommand}
          />
        )}
        <p className="mt-0.5 flex justify-end gap-2 text-muted text-xs">
          {onEdit && message.kind === 'text' && (
            <button type="button" className="underline" onClick={() => onEdit(message)}>
              {words.edit}
            </button>
          )}
          {message.edited && <span>{words.edited}</span>}
          <time dateTime={message.at} title={new Date(message.at).toLocaleString()}>
            {new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
          </time>
        </p>
      </div>
      {message.buttons.length > 0 && <InlineKeyboard message={message} taps={taps} />}
    </li>
  );
}

function Attachment({ bot, message }: { bot: number; message: MessageView }) {
  const words = useWords();
  const { kind, file } = message;
  if (kind === 'contact') return <p>☎️ {message.text}</p>;
  if (!file) return null;
  const url = fileUrl(bot, file.id);
  if (kind === 'photo' || kind === 'sticker') {
    return <img src={url} alt={message.text || words.message} className="mb-1 max-h-80 w-auto max-w-full rounded-xl" />;
  }
  if (kind === 'video') {
    return (
      // biome-ignore lint/a11y/useMediaCaption: what people send to a bot has no captions
      <video src={url} controls className="mb-1 max-h-80 max-w-full rounded-xl" />
    );
  }
  return (
    <a className="mb-1 flex items-center gap-2 text-link" href={url} download={file.name ?? 'file'}>
      <span aria-hidden="true">📄</span>
      <span className="min-w-0 break-all underline">{file.name ?? words.download}</span>
      <span className="whitespace-nowrap text-muted text-xs">{sizeOf(file.size)}</span>
    </a>
  );
}

const sizeOf = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(0)} KiB`);
