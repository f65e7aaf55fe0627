import { memo, useEffect, useLayoutEffect, useReducer, useRef } from 'react';
import { useLanguage, useWords } from '../../words/language.ts';
import { LOG_WORDS } from '../../words/log.ts';
import type { LogBuffer } from './buffer.ts';
import { type LogLevel, parseLine } from './line.ts';

/** Height of a line in pixels. All have the same, so that a place in the list is a multiplication away. */
const ROW = 20;
/** Lines above and below the window that are there before they are scrolled to. */
const AHEAD = 10;

type LogLinesProps = {
  buffer: LogBuffer;
  label: string;
  /** Whether the newest line stays in sight. */
  isFollowing: boolean;
  onFollowing(follow: boolean): void;
  /** Number of the chosen line, counted from the first that ever matched. */
  chosen: number | undefined;
  onChoose(number: number | undefined): void;
};

/** The lines of a log, of which only those in the window are in the page. */
export function LogLines({ buffer, label, isFollowing, onFollowing, chosen, onChoose }: LogLinesProps) {
  const words = useWords(LOG_WORDS);
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const dropped = useRef(0);
  const [, again] = useReducer((count: number) => count + 1, 0);

  // Whoever reads at a place keeps it when lines above it go; whoever follows stays at the end.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (isFollowing) element.scrollTop = element.scrollHeight;
    else if (buffer.dropped > dropped.current) element.scrollTop -= (buffer.dropped - dropped.current) * ROW;
    dropped.current = buffer.dropped;
    top.current = element.scrollTop;
  });
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(again);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const isUp = element.scrollTop < top.current - 1;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW / 2;
    top.current = element.scrollTop;
    if (isFollowing && isUp) onFollowing(false);
    else if (!isFollowing && isAtEnd && !isUp) onFollowing(true);
    again();
  };

  /** Chooses a place in the list, and brings it into sight. */
  const choose = (index: number) => {
    const place = Math.max(0, Math.min(buffer.count - 1, index));
    onChoose(buffer.dropped + place);
    const element = box.current;
    if (!element) return;
    const y = place * ROW;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + ROW > element.scrollTop + element.clientHeight) element.scrollTop = y + ROW - element.clientHeight;
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW) / ROW) - 1);
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: Number.NEGATIVE_INFINITY }[
      event.key
    ];
    if (step !== undefined) {
      onFollowing(false);
      choose((chosen === undefined ? buffer.count : chosen - buffer.dropped) + step);
    } else if (event.key === 'End') {
      onChoose(undefined);
      onFollowing(true);
    } else if (event.key === 'Escape' && chosen !== undefined) onChoose(undefined);
    else return;
    event.preventDefault();
  };

  const height = box.current?.clientHeight ?? 0;
  const from = isFollowing ? Math.max(0, buffer.count * ROW - height) : (box.current?.scrollTop ?? 0);
  const first = Math.max(0, Math.floor(from / ROW) - AHEAD);
  const last = Math.min(buffer.count, Math.ceil((from + height) / ROW) + AHEAD);
  const drawn = useDrawn(buffer.dropped + first, buffer.dropped + last);
  const inPage = chosen !== undefined && chosen >= buffer.dropped + first && chosen < buffer.dropped + last;
  return (
    <div
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-description={words.keys}
      aria-activedescendant={inPage ? `line-${chosen}` : undefined}
      className="log-lines min-h-0 flex-1 overflow-y-auto overflow-x-hidden overscroll-contain"
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: buffer.count * ROW }}>
        <div role="presentation" style={{ transform: `translateY(${first * ROW}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, index) => {
            const place = first + index;
            const number = buffer.dropped + place;
            return (
              <Line
                key={number - drawn.shift}
                {...{ number, place, onChoose }}
                raw={buffer.at(place) ?? ''}
                isChosen={number === chosen}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/**
 * Lines that stay in the page keep their elements. After a leap past all of them the elements are used for the new lines:
 * making a screen of them anew took longer than a frame.
 */
function useDrawn(from: number, to: number): { shift: number } {
  const drawn = useRef({ from, to, shift: 0 });
  const before = drawn.current;
  const isLeap = from >= before.to || to <= before.from;
  drawn.current = { from, to, shift: before.shift + (isLeap ? from - before.from : 0) };
  return drawn.current;
}

const TONES: Record<LogLevel, string> = {
  trace: 'text-muted',
  debug: 'text-muted',
  info: 'text-info',
  warn: 'text-warn',
  error: 'text-danger',
  fatal: 'text-danger font-bold',
};

type LineProps = {
  raw: string;
  number: number;
  place: number;
  isChosen: boolean;
  onChoose(number: number): void;
};

const Line = memo(function Line({ raw, number, place, isChosen, onChoose }: LineProps) {
  const language = useLanguage();
  const { at, level, message, context } = parseLine(raw);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list that holds it has the keys
    <div
      role="option"
      tabIndex={-1}
      id={`line-${number}`}
      aria-selected={isChosen}
      aria-setsize={-1}
      aria-posinset={place + 1}
      className={`flex h-[20px] cursor-pointer [contain:strict] gap-2 whitespace-pre px-2 font-mono text-xs leading-[20px] ${isChosen ? 'bg-accent/15' : 'hover:bg-raised'}`}
      onClick={() => onChoose(number)}
    >
      {at !== null && <span className="text-muted">{timeOf(at, language)}</span>}
      {level !== null && <span className={`w-[5ch] ${TONES[level]}`}>{level}</span>}
      <span className="min-w-0 overflow-hidden text-ellipsis">
        {message}
        {context !== '' && <span className="text-muted"> {context}</span>}
      </span>
    </div>
  );
});

const formats = {
  en: new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }),
  id: new Intl.DateTimeFormat('id-ID', { timeStyle: 'medium' }),
};
const timeOf = (at: string, language: keyof typeof formats) => formats[language].format(new Date(at));
