import { Dialog } from '@base-ui/react/dialog';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { useAction } from '../../api/query.ts';
import { Field } from '../../parts/field.tsx';
import { Button, buttonClass } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { toast } from '../../ui/toast.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { RENT } from '../../words/rent.ts';
import { dayOf, endText, extended, isDay, SPANS, type Span } from './terms.ts';

const WAYS = [...SPANS, 'until', 'none'] as const;
type Way = (typeof WAYS)[number];

/** By how much a rent is extended: shown as the end that comes of it before it is saved. */
export function ExtendDialog({ tenant, onClose }: { tenant: Tenant; onClose(): void }) {
  const words = useWords(RENT);
  const language = useLanguage();
  const queries = useQueryClient();
  const { store, storeName, paidUntil, suspendedFor } = tenant;
  const [way, setWay] = useState<Way>('month');
  const [day, setDay] = useState(() => dayOf(extended(tenant, 'month', new Date())));
  const labels: Record<Way, string> = {
    day: words.byDay,
    week: words.byWeek,
    month: words.byMonth,
    until: words.toDay,
    none: words.noEnd,
  };
  const isWrong = way === 'until' && !isDay(day);
  const end = endOf(tenant, way, day);
  const isPast = end !== null && !isWrong && end.getTime() <= Date.now();
  const extend = useAction('PATCH', '/v1/tenants/:store', {
    onSuccess: ({ tenant: after, operation }) => {
      const title = after.paidUntil
        ? words.saved(storeName, endText(after.paidUntil, language))
        : words.savedNone(storeName);
      toast({ title, ...(operation && { operation: operation.id }) });
      void queries.invalidateQueries({ queryKey: ['/v1/tenants'] });
      onClose();
    },
  });

  function save(event: FormEvent): void {
    event.preventDefault();
    if (isWrong || extend.isPending) return;
    // A day is sent as a day: its end where the store is, which this browser does not know.
    const until = way === 'until' ? day : (end?.toISOString() ?? null);
    extend.mutate({ params: { store }, body: { paidUntil: until } });
  }

  return (
    <Dialog.Root open disablePointerDismissal onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="-translate-x-1/2 -translate-y-1/2 panel fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[min(28rem,92vw)] overflow-y-auto p-4 shadow-xl">
          <form noValidate onSubmit={save} className="flex flex-col gap-4">
            <Dialog.Title className="break-words font-semibold text-base">{words.dialogTitle(storeName)}</Dialog.Title>
            <fieldset className="flex flex-col gap-1.5">
              <legend className="pb-1 font-medium">{words.how}</legend>
              {WAYS.map((each) => (
                <label key={each} className="flex items-start gap-2">
                  <input
                    type="radio"
                    name="way"
                    className="mt-1 accent-accent"
                    checked={way === each}
                    onChange={() => setWay(each)}
                  />
                  {labels[each]}
                </label>
              ))}
            </fieldset>
            {way === 'until' && (
              <Field label={words.dayLabel} hint={words.dayHelp} error={isWrong ? words.dayWrong : undefined}>
                {(control) => (
                  <input {...control} type="date" value={day} onChange={({ target }) => setDay(target.value)} />
                )}
              </Field>
            )}
            <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
              <dt className="text-muted">{words.before}</dt>
              <dd>{paidUntil ? endText(paidUntil, language) : words.none}</dd>
              <dt className="text-muted">{words.after}</dt>
              <dd className="font-medium" aria-live="polite">
                {isWrong ? '–' : end === null ? words.none : endText(end.toISOString(), language)}
              </dd>
            </dl>
            {isPast && <p className="text-warn">{words.inPast}</p>}
            {suspendedFor === 'rent' && !isPast && !isWrong && <p>{words.resumes}</p>}
            {suspendedFor === 'operator' && <p className="text-muted">{words.staysSuspended}</p>}
            {extend.error && <ProblemView error={extend.error} />}
            <div className="flex flex-wrap justify-end gap-2">
              <Dialog.Close className={buttonClass()}>{words.cancel}</Dialog.Close>
              <Button type="submit" look="main" disabled={isWrong} aria-disabled={extend.isPending}>
                {words.save}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const isSpan = (way: Way): way is Span => SPANS.some((span) => span === way);

/** The end that a way leads to, as it is here; null without an end. */
function endOf(tenant: Tenant, way: Way, day: string): Date | null {
  if (isSpan(way)) return extended(tenant, way, new Date());
  if (way === 'none' || !isDay(day)) return null;
  const after = new Date(`${day}T00:00:00`);
  after.setDate(after.getDate() + 1);
  return after;
}
