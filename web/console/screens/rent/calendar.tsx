import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { Button } from '../../ui/parts.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { RENT } from '../../words/rent.ts';
import { dayOf, lastDay, momentOf, monthAfter, weeksOf } from './terms.ts';

type CalendarProps = {
  month: string;
  day: string | undefined;
  tenants: readonly Tenant[];
  onMonth(month: string): void;
  onDay(day: string | undefined): void;
};

/** A month; a day on which rents end says how many, and shows those alone when it is chosen. */
export function Calendar({ month, day: chosen, tenants, onMonth, onDay }: CalendarProps) {
  const words = useWords(RENT);
  const language = useLanguage();
  const weeks = weeksOf(month);
  const today = dayOf(new Date());
  const counts = new Map<string, number>();
  for (const { paidUntil } of tenants) {
    if (paidUntil === null) continue;
    const day = lastDay(paidUntil);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const format = (day: string, options: Intl.DateTimeFormatOptions) =>
    momentOf(day).toLocaleDateString(language, options);
  return (
    <section className="panel p-3" aria-label={words.month}>
      <div className="flex items-center justify-between gap-2 pb-2">
        <Button look="quiet" aria-label={words.previous} onClick={() => onMonth(monthAfter(month, -1))}>
          ‹
        </Button>
        <h2 aria-live="polite">{format(`${month}-01`, { month: 'long', year: 'numeric' })}</h2>
        <Button look="quiet" aria-label={words.next} onClick={() => onMonth(monthAfter(month, 1))}>
          ›
        </Button>
      </div>
      <table className="w-full table-fixed text-center">
        <thead>
          <tr className="text-muted">
            {weeks[0]?.map((day) => (
              <th key={day} scope="col" className="pb-1 font-normal" abbr={format(day, { weekday: 'long' })}>
                {format(day, { weekday: 'short' })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} className="p-0.5">
                  <Day
                    number={Number(day.slice(8))}
                    count={counts.get(day) ?? 0}
                    isToday={day === today}
                    isPast={day < today}
                    isOther={!day.startsWith(month)}
                    isChosen={day === chosen}
                    label={words.endsOn(counts.get(day) ?? 0, format(day, { dateStyle: 'long' }))}
                    onChoose={() => onDay(day === chosen ? undefined : day)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!weeks.flat().includes(today) && (
        <Button look="quiet" onClick={() => onMonth(today.slice(0, 7))}>
          {words.today}
        </Button>
      )}
    </section>
  );
}

type DayProps = {
  number: number;
  count: number;
  isToday: boolean;
  isPast: boolean;
  isOther: boolean;
  isChosen: boolean;
  label: string;
  onChoose(): void;
};

function Day({ number, count, isToday, isPast, isOther, isChosen, label, onChoose }: DayProps) {
  const frame = `flex h-10 w-full flex-col items-center justify-center rounded-md leading-tight ${isToday ? 'border border-accent' : ''}`;
  if (count === 0) return <span className={`${frame} text-muted ${isOther ? 'invisible' : ''}`}>{number}</span>;
  const tone = isChosen
    ? 'bg-accent text-on-accent'
    : `bg-raised font-semibold ${isPast ? 'text-danger' : 'text-text'}`;
  return (
    <button type="button" aria-pressed={isChosen} className={`${frame} ${tone}`} onClick={onChoose}>
      {number}
      <span aria-hidden className="text-xs">
        ×{count}
      </span>
      <span className="sr-only"> {label}</span>
    </button>
  );
}
