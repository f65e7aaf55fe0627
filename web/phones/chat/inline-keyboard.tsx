import type { ButtonView, MessageView } from '../../../sandbox/telegram/view.ts';
import { safeHref } from './entities.ts';

/** What a phone does with a tap on a button below a message. */
export type Taps = {
  /** The button whose tap was not answered yet, as `keyOf` names it. */
  waiting: string | undefined;
  tap(message: MessageView, button: ButtonView): void;
};

export const keyOf = (message: MessageView, button: ButtonView) => `${message.id} ${button.label} ${button.data ?? ''}`;

const STYLES: Record<string, string> = {
  primary: 'bg-accent text-on-accent',
  success: 'bg-accent text-on-accent',
  danger: 'bg-danger text-on-danger',
};

export function InlineKeyboard({ message, taps }: { message: MessageView; taps: Taps }) {
  return (
    <div className="flex w-full min-w-64 flex-col gap-1">
      {message.buttons.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a keyboard's rows have nothing but their places
        <div key={index} className="flex gap-1">
          {row.map((button) => (
            <Button key={keyOf(message, button)} message={message} button={button} taps={taps} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Button({ message, button, taps }: { message: MessageView; button: ButtonView; taps: Taps }) {
  const busy = taps.waiting === keyOf(message, button);
  const look = `min-h-9 min-w-0 flex-1 rounded-lg px-2 py-1 text-center text-sm shadow-sm [overflow-wrap:anywhere] ${
    STYLES[button.style ?? ''] ?? 'bg-bubble text-text'
  } hover:brightness-95`;
  const href = button.url === undefined ? undefined : safeHref(button.url);
  if (href !== undefined) {
    return (
      <a className={look} href={href} target="_blank" rel="noopener noreferrer">
        {button.label} <span aria-hidden="true">↗</span>
      </a>
    );
  }
  return (
    <button type="button" className={look} aria-busy={busy} onClick={() => taps.tap(message, button)}>
      {button.label}
      {button.copies !== undefined && <span aria-hidden="true"> ⧉</span>}
      {busy && (
        <span
          aria-hidden="true"
          className="ml-1 inline-block size-3 animate-spin rounded-full border-2 border-current border-t-transparent align-middle"
        />
      )}
    </button>
  );
}
