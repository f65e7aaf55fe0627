import type { Operation, OperationStep } from '../../../../control-plane/api/contract/index.ts';
import { duration } from '../../parts/duration.ts';
import { useNow } from '../../parts/use-now.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { OPERATION_WORDS, STEP_WORDS } from '../../words/operation.ts';
import { STATES } from '../../words/states.ts';

/** The steps in their order; those of a way back, which begins after the fault, by themselves. */
export function Steps({ operation: { kind, steps } }: { operation: Operation }) {
  const words = useWords(OPERATION_WORDS);
  const [there, back] = [steps.filter((step) => !isBack(step)), steps.filter(isBack)];
  return (
    <>
      <StepList label={words.steps} steps={there} isRehearsal={kind === 'rehearse'} />
      {back.length > 0 && (
        <>
          <h3 className="flex items-center gap-1.5 pt-4 pb-2 font-semibold">
            <Icon name="back" /> {words.wentBack}
          </h3>
          <StepList label={words.wentBack} steps={back} isRehearsal={false} />
        </>
      )}
    </>
  );
}

const BACK = 'rollback-';
const isBack = ({ name }: OperationStep): boolean => name.startsWith(BACK);

type StepListProps = { label: string; steps: readonly OperationStep[]; isRehearsal: boolean };

function StepList({ label, steps, isRehearsal }: StepListProps) {
  return (
    <ol aria-label={label} aria-live="polite" className="flex flex-col">
      {steps.map((step) => (
        <Step key={step.name} step={step} mark={isRehearsal ? foundBy(step) : step.state} />
      ))}
    </ol>
  );
}

type Mark = OperationStep['state'] | 'warning';

/** A step of a rehearsal succeeds whatever it finds, and so carries the mark of what it found. */
function foundBy({ state, detail }: OperationStep): Mark {
  if (state !== 'succeeded' || detail === null) return state;
  if (detail.startsWith('failed: ')) return 'failed';
  if (detail.startsWith('warning: ')) return 'warning';
  return detail.startsWith('left out: ') ? 'skipped' : state;
}

const LOOKS: Record<Mark, readonly [IconName, string]> = {
  pending: ['clock', 'text-muted'],
  running: ['turning', 'text-info'],
  succeeded: ['check', 'text-accent'],
  failed: ['cross', 'text-danger'],
  skipped: ['dash', 'text-muted'],
  warning: ['warning', 'text-warn'],
};

function Step({ step, mark }: { step: OperationStep; mark: Mark }) {
  const names = useWords(STEP_WORDS);
  const states = useWords(STATES);
  const language = useLanguage();
  const now = useNow(step.state === 'running');
  const [icon, tone] = LOOKS[mark];
  const name = step.name.replace(BACK, '');
  const part = /^backup-(.+)$/.exec(name)?.[1];
  const { startedAt, finishedAt } = step;
  const time = startedAt === null ? null : (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt);
  return (
    <li
      data-step={step.name}
      data-state={step.state}
      aria-current={step.state === 'running' ? 'step' : undefined}
      className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-2 border-line border-t py-1.5 first:border-t-0"
    >
      <span className={`pt-0.5 ${tone}`}>
        <Icon name={icon} />
        <span className="sr-only">{states.state[mark === 'warning' ? 'degraded' : mark]}</span>
      </span>
      <div className="grid min-w-0 gap-x-4 sm:grid-cols-[15rem_minmax(0,1fr)]">
        <p
          className={`break-words ${step.state === 'pending' || step.state === 'skipped' ? 'text-muted' : 'font-medium'}`}
        >
          {part === undefined ? (names[name] ?? name) : `${states.kind.backup}: ${names[part] ?? part}`}
        </p>
        {step.detail !== null && <p className="break-words text-muted">{step.detail}</p>}
        {step.error !== null && (
          <p className="col-span-full mt-1 whitespace-pre-wrap break-words rounded-md bg-raised p-2 font-mono text-danger text-xs">
            {step.error}
          </p>
        )}
      </div>
      <span className="whitespace-nowrap text-muted">
        {step.state === 'skipped' || step.state === 'pending'
          ? states.state[step.state]
          : time !== null && duration(time, language)}
      </span>
    </li>
  );
}
