import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { useAction } from '../../api/query.ts';
import { Button } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';
import {
  type Draft,
  EMPTY,
  FIELDS,
  FIELDS_OF,
  type Field,
  type Refusals,
  refusalsOf,
  requestOf,
  STEPS,
  type Step,
  slugOf,
  stepOf,
} from './draft.ts';
import { Fields } from './fields.tsx';
import { Progress, Review } from './review.tsx';

type OpenFormProps = { step: Step; onStep(step: Step): void; onOpened(operation: string): void };

/** The schemas come with their library: fetched while the first field is filled in, and by no other screen. */
const loadCheck = () => import('./check.ts');

/** Steps of one form. What was typed is kept here alone: in no address, in no storage, and gone with the screen. */
export function OpenForm({ step: asked, onStep, onOpened }: OpenFormProps) {
  const words = useWords(OPEN_STORE);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [refusals, setRefusals] = useState<Refusals>({});
  const [problem, setProblem] = useState<unknown>();
  const [reached, setReached] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  // Who comes by an address of a later step, or reloads it, begins at the first.
  const step = STEPS[Math.min(STEPS.indexOf(asked), reached)] ?? 'bot';

  const open = useAction('POST', '/v1/tenants', {
    onSuccess: ({ operation }) => onOpened(operation.id),
    onError: (error) => {
      const found = error instanceof ApiProblem ? refusalsOf(error) : {};
      const isOfFields = error instanceof ApiProblem && Object.keys(found).length >= Math.max(1, error.errors.size);
      setProblem(isOfFields ? undefined : error);
      refuse(found);
    },
  });

  useEffect(() => void loadCheck().catch(() => {}), []);
  // The heading says where one is now; what is refused is gone to below.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the step that changes
  useEffect(() => {
    if (reached > 0) heading.current?.focus();
  }, [step]);
  const firstRefused = FIELDS.find((field) => field in refusals);
  useEffect(() => {
    if (firstRefused && stepOf(firstRefused) === step) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [firstRefused, step]);

  /** Goes to where something is refused. */
  function refuse(found: Refusals): void {
    setRefusals(found);
    const first = FIELDS.find((field) => field in found);
    if (first && stepOf(first) !== step) onStep(stepOf(first));
  }

  function type(field: Field, value: string): void {
    setDraft((before) => {
      const follows = field === 'storeName' && before.store === slugOf(before.storeName);
      return { ...before, [field]: value, ...(follows && { store: slugOf(value) }) };
    });
    setRefusals(({ [field]: _, ...others }) => others);
  }

  async function advance(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (open.isPending) return;
    setProblem(undefined);
    let refused: ReadonlySet<Field>;
    try {
      const { refusedFields } = await loadCheck();
      refused = refusedFields(draft);
    } catch (error) {
      setProblem(error);
      return;
    }
    const looked = step === 'review' ? FIELDS : FIELDS_OF[step];
    const found = Object.fromEntries(looked.filter((field) => refused.has(field)).map((field) => [field, {}]));
    if (Object.keys(found).length > 0) return refuse(found);
    if (step === 'review') return open.mutate({ body: requestOf(draft) });
    const next = STEPS.indexOf(step) + 1;
    setReached(Math.max(reached, next));
    onStep(STEPS[next] ?? 'review');
  }

  const at = STEPS.indexOf(step);
  const isRefused = Object.keys(refusals).length > 0;
  return (
    <form
      ref={form}
      noValidate
      autoComplete="off"
      onSubmit={(event) => void advance(event)}
      className="flex flex-col gap-4"
    >
      <Progress step={step} />
      <div className="panel flex flex-col gap-4 p-4">
        <div>
          <h2 ref={heading} tabIndex={-1} className="outline-none">
            {words.steps[step]}
          </h2>
          <p className="text-muted">{words.stepHelp[step]}</p>
        </div>
        {step === 'review' ? (
          <Review draft={draft} refusals={refusals} onType={type} onStep={onStep} />
        ) : (
          <Fields fields={FIELDS_OF[step]} draft={draft} refusals={refusals} onType={type} />
        )}
      </div>
      <p role="status" className={isRefused ? 'text-danger' : 'text-muted'}>
        {isRefused ? words.refused : open.isPending ? words.opening : ''}
      </p>
      {problem !== undefined && <ProblemView error={problem} />}
      <div className="flex flex-wrap justify-between gap-2">
        {at > 0 ? (
          <Button onClick={() => onStep(STEPS[at - 1] ?? 'bot')} disabled={open.isPending}>
            {words.back}
          </Button>
        ) : (
          <span />
        )}
        <Button type="submit" look="main" aria-disabled={open.isPending}>
          {step === 'review' ? words.open : words.next}
        </Button>
      </div>
    </form>
  );
}
