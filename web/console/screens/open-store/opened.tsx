import { useQuery } from '@tanstack/react-query';
import type { Operation } from '../../../../control-plane/api/contract/index.ts';
import { read, useAction } from '../../api/query.ts';
import { Link } from '../../router/link.tsx';
import { confirm } from '../../ui/confirm.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Button, buttonClass } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toast } from '../../ui/toast.ts';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';

type OpenedProps = { operation: string; onAnother(): void };

/** What comes after the form: how the opening goes, and once it is done the offer to rehearse. */
export function Opened({ operation: id, onAnother }: OpenedProps) {
  const words = useWords(OPEN_STORE);
  const query = useQuery(read('/v1/operations/:id', { params: { id } }));
  return (
    <Loaded query={query}>
      {(operation) => (
        <div className="flex flex-col gap-4">
          <section aria-live="polite" className="panel flex flex-col gap-3 p-4">
            <h2 className="break-words">{headOf(operation, words)}</h2>
            <Steps operation={operation} />
            <p className="text-muted">{TEXTS[operation.state] ? words[TEXTS[operation.state]] : ''}</p>
            {operation.error && (
              <p className="whitespace-pre-wrap break-words text-danger">{operation.error.message}</p>
            )}
            <div className="flex flex-wrap gap-2">
              <Link to="/operations/:id" params={{ id }} className={buttonClass()}>
                {words.operation}
              </Link>
              <Link to="/stores/:store" params={{ store: operation.store }} className={buttonClass()}>
                {words.toStore}
              </Link>
            </div>
          </section>
          {operation.state === 'succeeded' && <Rehearsal store={operation.store} />}
          <div>
            <Button look="quiet" onClick={onAnother}>
              <Icon name="plus" /> {words.anotherStore}
            </Button>
          </div>
        </div>
      )}
    </Loaded>
  );
}

const TEXTS = {
  scheduled: 'waiting',
  running: 'waiting',
  succeeded: 'readyHelp',
  failed: 'openFailed',
  cancelled: 'openFailed',
} as const satisfies Record<Operation['state'], string>;

function headOf({ state, store }: Operation, words: (typeof OPEN_STORE)['en']): string {
  return state === 'succeeded' ? words.ready(store) : words.opened(store);
}

const ICONS: Record<Operation['steps'][number]['state'], readonly [IconName, string]> = {
  pending: ['clock', 'text-muted'],
  running: ['turning', 'text-info'],
  succeeded: ['check', 'text-accent'],
  failed: ['cross', 'text-danger'],
  skipped: ['dash', 'text-muted'],
};

/** The steps in one line each; their details are on the operation's own screen. */
function Steps({ operation: { state, steps } }: { operation: Operation }) {
  return (
    <>
      <p>
        <StateBadge state={state} of="work" />
      </p>
      <ol className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
        {steps.map((step) => {
          const [icon, tone] = ICONS[step.state];
          return (
            <li key={step.name} className="flex items-center gap-2">
              <Icon name={icon} className={tone} />
              <span className={step.state === 'pending' ? 'text-muted' : ''}>{step.name}</span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

function Rehearsal({ store }: { store: string }) {
  const words = useWords(OPEN_STORE);
  const rehearse = useAction('POST', '/v1/tenants/:store/rehearse', {
    onSuccess: ({ operation }) => toast({ title: words.rehearsing, operation: operation.id }),
    onError: (problem) => toast({ problem }),
  });
  const ask = async () => {
    const isSure = await confirm({ title: words.rehearseTitle, text: words.rehearseHelp, action: words.rehearse });
    if (isSure) rehearse.mutate({ params: { store } });
  };
  return (
    <section className="panel flex flex-col gap-3 p-4">
      <h2>{words.rehearseTitle}</h2>
      <p className="text-muted">{words.rehearseHelp}</p>
      {rehearse.data ? (
        <p>
          {words.rehearsing}{' '}
          <Link to="/operations/:id" params={{ id: rehearse.data.operation.id }} className="link underline">
            {words.operation}
          </Link>
        </p>
      ) : (
        <div>
          <Button look="main" disabled={rehearse.isPending} onClick={() => void ask()}>
            {words.rehearse}
          </Button>
        </div>
      )}
    </section>
  );
}
