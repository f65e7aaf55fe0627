import { useQuery } from '@tanstack/react-query';
import type { Operation as OperationView } from '../../../../control-plane/api/contract/index.ts';
import { read, useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { Actor } from '../../parts/actor.tsx';
import { duration } from '../../parts/duration.ts';
import { Facts } from '../../parts/facts.tsx';
import { useNow } from '../../parts/use-now.ts';
import { useParam } from '../../router/hooks.ts';
import { Link } from '../../router/link.tsx';
import { LoadedScreen } from '../../shell/loaded-screen.tsx';
import { useTitle } from '../../shell/title.ts';
import { confirm } from '../../ui/confirm.ts';
import { Button, ScreenHead } from '../../ui/parts.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { OPERATION_WORDS } from '../../words/operation.ts';
import { STATES } from '../../words/states.ts';
import { Fault } from './fault.tsx';
import { Steps } from './steps.tsx';

/** One operation and its steps as they happen. */
export function Operation() {
  const words = useWords(OPERATION_WORDS);
  const { kind } = useWords(STATES);
  const id = useParam('id');
  const query = useQuery(read('/v1/operations/:id', { params: { id } }));
  useTitle(query.data ? `${kind[query.data.kind]} ${query.data.store}` : words.title);
  return (
    <LoadedScreen query={query} list={{ title: words.list, to: '/operations' }} command="npx lapak operation list">
      {(operation) => (
        <div className="flex max-w-4xl flex-col gap-4">
          <ScreenHead
            title={
              <span className="flex flex-wrap items-center gap-x-3">
                <span className="min-w-0 break-words first-letter:uppercase">
                  {words.of(kind[operation.kind], operation.store)}
                </span>
                <span className="font-normal text-base">
                  <StateBadge state={operation.state} of="work" />
                </span>
              </span>
            }
          >
            <Actions operation={operation} />
          </ScreenHead>
          <About operation={operation} />
          {operation.error && <Fault store={operation.store} error={operation.error} />}
          <section className="panel p-4">
            <h2 className="pb-2">{words.steps}</h2>
            {operation.state === 'scheduled' && <p className="pb-2 text-muted">{words.waits}</p>}
            <Steps operation={operation} />
          </section>
        </div>
      )}
    </LoadedScreen>
  );
}

function Actions({ operation: { id, kind, state, store, error } }: { operation: OperationView }) {
  const words = useWords(OPERATION_WORDS);
  const names = useWords(STATES);
  const may = useScope();
  const onError = (error: Error) => toast({ problem: error });
  const cancel = useAction('POST', '/v1/operations/:id/cancel', {
    onSuccess: () => toast({ title: words.cancelled }),
    onError,
  });
  const retry = useAction('POST', '/v1/operations/:id/retry', {
    onSuccess: () => toast({ title: words.retried }),
    onError,
  });
  if (!may('operator')) return null;
  const params = { id };
  const ask = async () => {
    const title = words.cancelAsk(names.kind[kind], store);
    if (await confirm({ title, text: words.cancelText, action: words.cancel, danger: true })) cancel.mutate({ params });
  };
  return (
    <>
      {(state === 'scheduled' || state === 'running') && kind !== 'remove' && (
        <Button disabled={cancel.isPending} onClick={() => void ask()}>
          {words.cancel}
        </Button>
      )}
      {((state === 'failed' && error?.code !== 'CONFIGURATION_ROLLED_BACK') || state === 'cancelled') && (
        <Button look="main" disabled={retry.isPending} onClick={() => retry.mutate({ params })}>
          {words.retry}
        </Button>
      )}
    </>
  );
}

function About({ operation }: { operation: OperationView }) {
  const words = useWords(OPERATION_WORDS);
  const language = useLanguage();
  const isAtWork = operation.state === 'running';
  const now = useNow(isAtWork);
  const { startedAt, finishedAt, store, attempt } = operation;
  const ended = finishedAt === null ? now : Date.parse(finishedAt);
  return (
    <Facts
      facts={{
        [words.store]: (
          <Link to="/stores/:store" params={{ store }} className="link">
            {store}
          </Link>
        ),
        [words.created]: <Time at={operation.createdAt} />,
        [isAtWork ? words.runs : words.took]: startedAt !== null && duration(ended - Date.parse(startedAt), language),
        [words.attempt]: attempt > 1 && attempt,
        [words.by]: <Actor actor={operation.requestedBy} name={operation.requestedByName} />,
      }}
    />
  );
}
