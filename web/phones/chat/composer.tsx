import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { BotChange } from '../../../sandbox/control/live.ts';
import type { ReplyKeyboard } from '../../../sandbox/telegram/types.ts';
import type { MessageView } from '../../../sandbox/telegram/view.ts';
import { useWords } from '../i18n.ts';

type ComposerProps = {
  commands: BotChange['commands'];
  keyboard: ReplyKeyboard | null;
  editing: MessageView | undefined;
  onSend(text: string): void;
  onFile(file: File): void;
  onContact(): void;
  onStopEditing(): void;
};

const ICON = 'grid size-10 shrink-0 place-items-center rounded-full hover:bg-raised';

/** Where a person writes, with the commands of the bot and its reply keyboard. */
export function Composer(props: ComposerProps) {
  const { commands, keyboard, editing, onSend, onFile, onContact, onStopEditing } = props;
  const words = useWords();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(true);
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => setText(editing?.text ?? ''), [editing]);
  // A new keyboard shows itself, as Telegram does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the keyboard that opens it
  useEffect(() => setOpen(true), [keyboard]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    onSend(text);
    setText('');
  };
  return (
    <div className="border-line border-t bg-surface">
      {editing && (
        <p className="flex justify-between px-3 pt-1 text-muted text-sm">
          {words.edit}
          <button type="button" className="underline" onClick={onStopEditing}>
            {words.cancelEdit}
          </button>
        </p>
      )}
      <form className="flex items-center gap-1 p-1.5" onSubmit={submit}>
        <CommandMenu commands={commands} onChoose={onSend} />
        <button type="button" className={ICON} aria-label={words.attach} onClick={() => file.current?.click()}>
          <span aria-hidden="true">📎</span>
        </button>
        <input
          ref={file}
          type="file"
          className="hidden"
          aria-label={words.attach}
          onChange={({ target }) => {
            const chosen = target.files?.[0];
            if (chosen) onFile(chosen);
            target.value = '';
          }}
        />
        <input
          className="min-w-0 flex-1 rounded-full border border-line bg-ground px-3 py-2"
          aria-label={words.message}
          placeholder={placeholderOf(keyboard) ?? words.message}
          maxLength={4096}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {keyboard && (
          <button
            type="button"
            className={ICON}
            aria-label={words.keyboard}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden="true">⌨️</span>
          </button>
        )}
        <button type="submit" className={`${ICON} bg-accent text-on-accent`} aria-label={words.send}>
          <span aria-hidden="true">➤</span>
        </button>
      </form>
      {keyboard && open && (
        <ReplyKeyboardView
          keyboard={keyboard}
          onPress={onSend}
          onContact={onContact}
          onUsed={() => setOpen(!isOneTime(keyboard))}
        />
      )}
    </div>
  );
}

const isOneTime = ({ one_time_keyboard: once }: ReplyKeyboard) => once === true;

const placeholderOf = (keyboard: ReplyKeyboard | null): string | undefined =>
  typeof keyboard?.input_field_placeholder === 'string' ? keyboard.input_field_placeholder : undefined;

type ReplyProps = { keyboard: ReplyKeyboard; onPress(label: string): void; onContact(): void; onUsed(): void };

function ReplyKeyboardView({ keyboard, onPress, onContact, onUsed }: ReplyProps) {
  const height = keyboard.resize_keyboard ? 'min-h-10' : 'min-h-14';
  return (
    <div className="flex max-h-56 flex-col gap-1 overflow-y-auto p-1.5 pt-0">
      {keyboard.keyboard.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a keyboard's rows have nothing but their places
        <div key={index} className="flex gap-1">
          {row.map((button) => (
            <button
              key={button.text}
              type="button"
              className={`${height} min-w-0 flex-1 rounded-lg bg-raised px-2 text-sm [overflow-wrap:anywhere] hover:brightness-95`}
              onClick={() => {
                if (button.request_contact) onContact();
                else onPress(button.text);
                onUsed();
              }}
            >
              {button.text}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

function CommandMenu({ commands, onChoose }: { commands: BotChange['commands']; onChoose(command: string): void }) {
  const words = useWords();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  if (commands.length === 0) return null;
  const choose = (command: string) => {
    list.current?.hidePopover();
    onChoose(command);
  };
  return (
    <>
      <button type="button" className={ICON} aria-label={words.commands} popoverTarget={id}>
        <span aria-hidden="true">☰</span>
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        className="m-auto max-h-96 w-80 overflow-y-auto rounded-xl border border-line bg-surface p-1 text-text shadow-lg"
      >
        {commands.map(({ command, description }) => (
          <button
            key={command}
            type="button"
            className="block w-full rounded-lg px-3 py-1.5 text-left hover:bg-raised"
            onClick={() => choose(`/${command}`)}
          >
            <b>/{command}</b> <span className="text-muted text-sm">{description}</span>
          </button>
        ))}
      </div>
    </>
  );
}
