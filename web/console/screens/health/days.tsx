import { useId, useState } from 'react';
import { duration } from '../../parts/duration.ts';
import { exact } from '../../ui/time.tsx';
import { HEALTH_WORDS } from '../../words/health.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { type Day, type Outage, outagesOn, type Standing, standingOf } from './history.ts';

type DaysProps = { days: readonly Day[]; outages: readonly Outage[]; label: string };

const LOOKS: Record<Standing, string> = {
  none: 'border border-line border-dashed',
  good: 'bg-accent/70',
  some: 'bg-accent/70',
  most: 'bg-accent/70',
};

/**
 * Thirty days, a bar for each. One of them takes the focus, and the arrow keys go to the others; what happened on it is
 * said below, as it is for the one that the mouse is over.
 */
export function Days({ days, outages, label }: DaysProps) {
  const words = useWords(HEALTH_WORDS);
  const id = useId();
  const [focused, setFocused] = useState(days.length - 1);
  const [shown, setShown] = useState<number>();
  const day = shown === undefined ? undefined : days[shown];
  const go = (index: number) => {
    const next = Math.max(0, Math.min(days.length - 1, index));
    setFocused(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const next = { ArrowLeft: focused - 1, ArrowRight: focused + 1, Home: 0, End: days.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  };
  return (
    <div className="min-w-0">
      <div
        role="group"
        aria-label={label}
        aria-description={words.keys}
        className="flex h-8 items-stretch gap-px"
        onKeyDown={onKeyDown}
        onMouseLeave={() => setShown(undefined)}
        onBlur={() => setShown(undefined)}
      >
        {days.map((one, index) => (
          <DayBar
            key={one.day}
            id={`${id}-${index}`}
            day={one}
            isFocused={index === focused}
            onShow={() => {
              setShown(index);
              setFocused(index);
            }}
          />
        ))}
      </div>
      <div className="min-h-10 pt-1 text-sm" aria-live="polite">
        {day && <DayText day={day} outages={outages} />}
      </div>
    </div>
  );
}

type DayBarProps = { id: string; day: Day; isFocused: boolean; onShow(): void };

/** What failed stands from the bottom in another colour, and is never so small that it is not seen. */
function DayBar({ id, day, isFocused, onShow }: DayBarProps) {
  const language = useLanguage();
  const dayText = useDayText();
  const standing = standingOf(day);
  const part = day.failed === 0 ? 0 : Math.max(20, Math.round((100 * day.failed) / day.checks));
  return (
    <button
      type="button"
      id={id}
      tabIndex={isFocused ? 0 : -1}
      aria-label={`${dateOf(day, language)}: ${dayText(day)}`}
      className={`relative min-w-0 flex-1 overflow-hidden rounded-sm hover:opacity-80 ${LOOKS[standing]}`}
      onMouseEnter={onShow}
      onFocus={onShow}
      onClick={onShow}
    >
      {part > 0 && (
        <span className="absolute inset-x-0 bottom-0 bg-danger ring-1 ring-surface" style={{ height: `${part}%` }} />
      )}
    </button>
  );
}

function DayText({ day, outages }: { day: Day; outages: readonly Outage[] }) {
  const words = useWords(HEALTH_WORDS);
  const language = useLanguage();
  const dayText = useDayText();
  const now = Date.now();
  return (
    <>
      <p>
        <strong>{dateOf(day, language)}</strong> · {dayText(day)}
      </p>
      {outagesOn(day, outages, now).map(({ from, until, reason }) => {
        const time = duration((until === null ? now : Date.parse(until)) - Date.parse(from), language);
        return (
          <p key={from} className="break-words">
            {exact(from, language)}, {until === null ? words.soFar(time) : words.lasts(time)}: {reason}
          </p>
        );
      })}
    </>
  );
}

function useDayText(): (day: Day) => string {
  const words = useWords(HEALTH_WORDS);
  const number = new Intl.NumberFormat(useLanguage());
  return ({ checks, failed }) => {
    if (checks === 0) return words.noCheckThatDay;
    if (failed === 0) return words.allGood(number.format(checks));
    return words.someFailed(number.format(failed), number.format(checks));
  };
}

const dateOf = ({ day }: Day, language: string): string =>
  new Date(`${day}T12:00:00`).toLocaleDateString(language, { weekday: 'short', day: 'numeric', month: 'short' });
