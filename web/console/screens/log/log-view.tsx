import { useState } from 'react';
import { useScope } from '../../api/session.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Button, Empty } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { LOG_WORDS } from '../../words/log.ts';
import { LOG_LEVELS, type LogLevel } from './line.ts';
import { LogDetails } from './log-details.tsx';
import { LogLines } from './log-lines.tsx';
import { type LogState, useLog } from './use-log.ts';

/** The log of a store, for whoever may read it. */
export function LogView({ store }: { store: string }) {
  const words = useWords(LOG_WORDS);
  const may = useScope();
  const [level, setLevel] = useState<LogLevel>();
  if (!may('operator')) return <Empty title={words.forbidden} command={`lapak tenant logs ${store}`} />;
  return <FollowedLog key={`${store} ${level}`} {...{ store, level }} onLevel={setLevel} />;
}

type FollowedLogProps = { store: string; level: LogLevel | undefined; onLevel(level: LogLevel | undefined): void };

function FollowedLog({ store, level, onLevel }: FollowedLogProps) {
  const words = useWords(LOG_WORDS);
  const language = useLanguage();
  const [text, setText] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const [chosen, setChosen] = useState<number>();
  const [seen, setSeen] = useState(0);
  const { buffer, state, problem } = useLog(store, level, text);
  if (problem) return <ProblemView error={problem} />;

  const end = buffer.dropped + buffer.count;
  const follow = (next: boolean) => {
    setFollowing(next);
    setSeen(end);
  };
  const search = (next: string) => {
    setText(next);
    setChosen(undefined);
    follow(true);
  };
  const number = new Intl.NumberFormat(language);
  const line = chosen === undefined ? undefined : buffer.at(chosen - buffer.dropped);
  return (
    <section className="panel flex h-[max(24rem,calc(100dvh-15rem))] min-h-0 flex-col" aria-label={words.title}>
      <div className="flex flex-wrap items-center gap-2 border-line border-b p-2">
        <select
          className="field !w-auto"
          aria-label={words.level}
          value={level ?? ''}
          onChange={({ target }) => onLevel(LOG_LEVELS.find((known) => known === target.value))}
        >
          <option value="">{words.everyLevel}</option>
          {LOG_LEVELS.slice(1).map((known) => (
            <option key={known} value={known}>
              {words.from(known)}
            </option>
          ))}
        </select>
        <input
          type="search"
          className="field min-w-32 flex-1"
          aria-label={words.text}
          placeholder={words.text}
          value={text}
          onChange={({ target }) => search(target.value)}
        />
        <Button onClick={() => follow(!isFollowing)}>
          {isFollowing ? words.pause : words.newest}
          {!isFollowing && end > seen && ` (${words.newLines(number.format(end - seen))})`}
        </Button>
        <Button look="quiet" onClick={() => download(`${store}.log`, buffer.text())} disabled={buffer.count === 0}>
          {words.download}
        </Button>
      </div>
      {buffer.count === 0 && state !== 'connecting' ? (
        <Empty title={text === '' ? words.empty : words.noMatch} />
      ) : (
        <LogLines label={words.title} onFollowing={follow} onChoose={setChosen} {...{ buffer, isFollowing, chosen }} />
      )}
      {line !== undefined && <LogDetails raw={line} onClose={() => setChosen(undefined)} />}
      <div className="flex flex-wrap items-center gap-x-4 border-line border-t px-2 py-1 text-muted">
        <LogStatus state={state} isFollowing={isFollowing} />
        <span className="ml-auto">{words.shown(number.format(buffer.count), number.format(buffer.total))}</span>
      </div>
    </section>
  );
}

const LOOKS: Record<LogState | 'paused', readonly [IconName, string]> = {
  connecting: ['turning', ''],
  following: ['check', 'text-accent'],
  paused: ['pause', 'text-warn'],
  lost: ['warning', 'text-warn'],
  busy: ['warning', 'text-warn'],
  refused: ['cross', 'text-danger'],
  hidden: ['pause', ''],
};

function LogStatus({ state, isFollowing }: { state: LogState; isFollowing: boolean }) {
  const words = useWords(LOG_WORDS);
  const shown = state === 'following' && !isFollowing ? 'paused' : state;
  const [icon, tone] = LOOKS[shown];
  return (
    <span role="status" className={`inline-flex items-center gap-1 ${tone}`}>
      <Icon name={icon} />
      {words[shown]}
    </span>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
