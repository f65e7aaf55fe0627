import { useCallback, useEffect, useRef, useState } from 'react';
import type { BotChange } from '../../../sandbox/control/live.ts';
import type { User } from '../../../sandbox/telegram/types.ts';
import type { ButtonView, MessageView } from '../../../sandbox/telegram/view.ts';
import { useWords } from '../i18n.ts';
import type { ChatState } from '../state/live.ts';
import { type Place, sandbox, transcriptUrl } from '../state/sandbox.ts';
import { Composer } from './composer.tsx';
import { keyOf } from './inline-keyboard.tsx';
import { Message } from './message.tsx';
import { useAnswers } from './use-answers.ts';

type PhoneProps = {
  label: string;
  bot: BotChange;
  person: User;
  people: readonly User[];
  chat: ChatState;
  onPerson(id: number | undefined): void;
  onError(error: unknown): void;
  onAlert(text: string): void;
};

/** A phone with Telegram on it, in the hands of one person, in the chat with one bot. */
export function Phone({ label, bot, person, people, chat, onPerson, onError, onAlert }: PhoneProps) {
  const words = useWords();
  const place: Place = { bot: bot.id, user: person.id };
  const [editing, setEditing] = useState<MessageView>();
  const answers = useAnswers(chat.events, onAlert);
  const end = useRef<HTMLDivElement>(null);
  const newest = chat.messages.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new or changed last message is what moves the chat
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [newest?.id, newest?.changed]);

  const act = useCallback(
    (what: Parameters<typeof sandbox.act>[1]) => sandbox.act({ bot: bot.id, user: person.id }, what).catch(onError),
    [bot.id, person.id, onError],
  );
  const send = (text: string) => {
    void act(editing ? { act: 'edit', messageId: editing.id, text } : { act: 'send', text });
    setEditing(undefined);
  };
  const tap = async (message: MessageView, button: ButtonView) => {
    const target = button.data === undefined ? { label: button.label } : { data: button.data };
    answers.tapped(keyOf(message, button));
    const tapped = await act({ act: 'tap', messageId: message.id, ...target });
    if (!tapped) answers.gaveUp();
    else if (tapped.kind === 'callback') answers.waitFor(String(tapped.queryId));
    else {
      answers.gaveUp();
      if (tapped.kind === 'copy') {
        await navigator.clipboard?.writeText(tapped.text ?? '').catch(() => undefined);
        answers.show(`${words.copied}: ${tapped.text}`);
      }
    }
  };
  const sendFile = async (file: File) => {
    const kind = file.type.startsWith('image/') ? 'photo' : file.type.startsWith('video/') ? 'video' : 'document';
    const base64 = await base64Of(file);
    await act({ act: kind, base64, fileName: file.name, mimeType: file.type || 'application/octet-stream' });
  };

  return (
    <section
      className="relative flex h-full min-h-0 min-w-0 flex-col overflow-hidden rounded-2xl border border-line bg-chat"
      aria-label={label}
    >
      <header className="flex items-center gap-2 border-line border-b bg-surface px-3 py-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold">{bot.name}</h2>
          <p className="truncate text-muted text-xs">{answers.typing ? words.typing : `@${bot.username} · ${label}`}</p>
        </div>
        <PersonPicker person={person} people={people} onPerson={onPerson} label={`${words.person}: ${label}`} />
        <button
          type="button"
          className="text-muted text-xs underline"
          onClick={() => act({ act: chat.blocked ? 'unblock' : 'block' })}
        >
          {chat.blocked ? words.unblock : words.block}
        </button>
        <a
          className="text-muted text-xs underline"
          href={transcriptUrl(place)}
          download={`chat-${person.first_name}.txt`}
        >
          {words.transcript}
        </a>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto p-3" role="log" aria-label={`${words.message}: ${label}`}>
        {chat.messages.length === 0 && <Beginning bot={bot} onStart={() => send('/start')} />}
        <ol className="flex flex-col gap-2">
          {chat.messages.map((message) => (
            <Message
              key={message.id}
              bot={bot.id}
              message={message}
              taps={{ waiting: answers.waiting, tap }}
              onCommand={send}
              onEdit={message.from === 'user' ? setEditing : undefined}
            />
          ))}
        </ol>
        <div ref={end} />
      </div>
      {answers.toast !== undefined && (
        <p
          className="absolute inset-x-6 bottom-28 rounded-xl bg-text px-3 py-2 text-center text-ground text-sm shadow-lg"
          role="status"
        >
          {answers.toast}
        </p>
      )}
      {chat.blocked ? (
        <p className="border-line border-t bg-surface p-3 text-center text-muted">{words.blockedBot}</p>
      ) : (
        <Composer
          commands={bot.commands}
          keyboard={chat.keyboard}
          editing={editing}
          onSend={send}
          onFile={(file) => void sendFile(file).catch(onError)}
          onContact={() => void act({ act: 'contact', phoneNumber: '+6281200000000' })}
          onStopEditing={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}

function Beginning({ bot, onStart }: { bot: BotChange; onStart(): void }) {
  const words = useWords();
  return (
    <div className="m-auto flex max-w-72 flex-col items-center gap-3 rounded-2xl bg-bubble p-4 text-center">
      <p className="whitespace-pre-wrap text-sm">{bot.description || words.empty}</p>
      <button type="button" className="rounded-full bg-accent px-6 py-2 font-semibold text-on-accent" onClick={onStart}>
        {words.start}
      </button>
    </div>
  );
}

type PickerProps = { label: string; person: User; people: readonly User[]; onPerson(id: number | undefined): void };

function PersonPicker({ label, person, people, onPerson }: PickerProps) {
  const words = useWords();
  return (
    <select
      className="max-w-32 rounded-lg border border-line bg-surface px-2 py-1 text-sm"
      aria-label={label}
      value={person.id}
      onChange={({ target }) => onPerson(target.value === 'new' ? undefined : Number(target.value))}
    >
      {people.map(({ id, first_name: name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      <option value="new">{words.newPerson}</option>
    </select>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(binary);
}
