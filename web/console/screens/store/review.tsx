import { useEffect, useRef } from 'react';
import { Button } from '../../ui/parts.tsx';
import { CONFIGURATION_WORDS, type FieldName } from '../../words/configuration.ts';
import { useWords } from '../../words/language.ts';
import type { Difference } from './change.ts';

type ReviewProps = { differences: readonly Difference[]; isSaving: boolean; onBack(): void; onSave(): void };

/** What is now beside what will be, line by line, before it is saved. */
export function Review({ differences, isSaving, onBack, onSave }: ReviewProps) {
  const words = useWords(CONFIGURATION_WORDS);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isField = (name: string): name is FieldName => name in words.field;
  return (
    <section className="panel flex flex-col gap-3 p-4" aria-label={words.reviewTitle}>
      <h2 ref={heading} tabIndex={-1} className="outline-none">
        {words.reviewTitle}
      </h2>
      <dl className="flex flex-col">
        {differences.map(({ field, before, after, secret }) => (
          <div key={field} className="grid gap-x-4 border-line border-t py-2 sm:grid-cols-[14rem_minmax(0,1fr)]">
            <dt className="break-all font-medium">{isField(field) ? words.field[field] : field}</dt>
            <dd className="min-w-0 font-mono text-xs">
              <Side sign="−" label={words.before} tone="text-danger">
                {secret ? words.secretBefore : (before ?? words.nothing)}
              </Side>
              <Side sign="+" label={words.after} tone="text-accent">
                {secret === 'set' ? words.secretAfter : (after ?? words.removed)}
              </Side>
            </dd>
          </div>
        ))}
      </dl>
      <p>{words.reviewText}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{words.back}</Button>
        <Button look="main" disabled={isSaving} onClick={onSave}>
          {words.save}
        </Button>
      </div>
    </section>
  );
}

type SideProps = { sign: string; label: string; tone: string; children: string };

/** One side of a difference: its sign, and for who does not see the sign its name. */
export function Side({ sign, label, tone, children }: SideProps) {
  return (
    <p className="flex gap-2">
      <span className={`select-none font-bold ${tone}`} aria-hidden="true">
        {sign}
      </span>
      <span className="sr-only">{label}: </span>
      <span className="min-w-0 whitespace-pre-wrap break-words">{children === '' ? '""' : children}</span>
    </p>
  );
}
