import { Icon } from '../../ui/icon.tsx';
import { Button } from '../../ui/parts.tsx';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';
import { FIELDS_OF, SECRETS, STEPS, type Step } from './draft.ts';
import { Fields, type FieldsProps } from './fields.tsx';

/** Where the form is, of its steps. */
export function Progress({ step }: { step: Step }) {
  const words = useWords(OPEN_STORE);
  const at = STEPS.indexOf(step);
  return (
    <ol className="flex flex-wrap gap-x-4 gap-y-1" aria-label={words.step(at + 1, STEPS.length)}>
      {STEPS.map((each, index) => (
        <li
          key={each}
          aria-current={each === step ? 'step' : undefined}
          className={`flex items-center gap-1.5 ${each === step ? 'font-semibold' : 'text-muted'}`}
        >
          {index < at ? (
            <Icon name="check" className="text-accent" />
          ) : (
            <span className="grid size-5 place-items-center rounded-full border border-edge text-xs">{index + 1}</span>
          )}
          {words.steps[each]}
        </li>
      ))}
    </ol>
  );
}

type ReviewProps = Omit<FieldsProps, 'fields'> & { onStep(step: Step): void };

/** Everything that is asked for, before anything is made; a secret is said to be there and not shown. */
export function Review({ draft, refusals, onType, onStep }: ReviewProps) {
  const words = useWords(OPEN_STORE);
  const isRefused = FIELDS_OF.review.some((field) => field in refusals);
  return (
    <>
      {STEPS.filter((step) => step !== 'review').map((step) => (
        <section key={step} aria-label={words.steps[step]} className="border-line border-t pt-3">
          <div className="flex items-center justify-between gap-2">
            <h3 className="font-medium">{words.steps[step]}</h3>
            <Button look="quiet" aria-label={`${words.change}: ${words.steps[step]}`} onClick={() => onStep(step)}>
              {words.change}
            </Button>
          </div>
          <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[12rem_1fr]">
            {FIELDS_OF[step].map((field) => (
              <div key={field} className="contents">
                <dt className="text-muted">{words.fields[field]}</dt>
                <dd className="min-w-0 break-words max-sm:pb-1">
                  {draft[field].trim() === '' ? words.none : SECRETS.includes(field) ? words.secretSet : draft[field]}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <details open={isRefused || undefined} className="border-line border-t pt-3">
        <summary className="cursor-pointer font-medium">{words.advanced}</summary>
        <p className="py-2 text-muted">{words.advancedHelp}</p>
        <div className="flex flex-col gap-4">
          <Fields fields={FIELDS_OF.review} draft={draft} refusals={refusals} onType={onType} />
        </div>
      </details>
    </>
  );
}
