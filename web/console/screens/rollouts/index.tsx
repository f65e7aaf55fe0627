import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { call } from '../../api/client.ts';
import { useScope } from '../../api/session.ts';
import { Actor } from '../../parts/actor.tsx';
import { useTitle } from '../../shell/title.ts';
import { GoTo, rolloutPath } from '../../ui/links.tsx';
import { Button, Empty, ScreenHead, Skeleton } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { COMMON } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import { Progress, type RolloutView, useChangeText } from './change.tsx';

const StartRollout = lazy(async () => ({ default: (await import('./start.tsx')).StartRollout }));

/** Rollouts, the newest first. */
export function Rollouts() {
  const words = useWords(ROLLOUTS);
  const common = useWords(COMMON);
  const may = useScope();
  const [isStarting, setStarting] = useState(false);
  useTitle(words.title);
  const list = useInfiniteQuery({
    queryKey: ['/v1/rollouts', {}, 'all'],
    queryFn: ({ pageParam: cursor, signal }) => call('GET', '/v1/rollouts', { query: { cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const rollouts = list.data?.pages.flatMap((page) => page.rollouts) ?? [];
  return (
    <>
      <ScreenHead title={words.title}>
        {may('operator') && (
          <Button look="main" onClick={() => setStarting(true)}>
            {words.start}
          </Button>
        )}
      </ScreenHead>
      {list.error && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {list.isLoading && <Skeleton lines={8} />}
      {list.isSuccess && rollouts.length === 0 && (
        <Empty title={words.none} command="npx lapak rollout start --image …">
          <p className="max-w-lg">{words.noneHelp}</p>
        </Empty>
      )}
      {rollouts.length > 0 && (
        <ul className="panel" aria-label={words.title}>
          {rollouts.map((rollout) => (
            <Line key={rollout.id} rollout={rollout} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button className="mt-3" disabled={list.isFetching} onClick={() => void list.fetchNextPage()}>
          {common.more}
        </Button>
      )}
      {isStarting && (
        <Suspense>
          <StartRollout onClose={() => setStarting(false)} />
        </Suspense>
      )}
    </>
  );
}

function Line({ rollout }: { rollout: RolloutView }) {
  const words = useWords(ROLLOUTS);
  const text = useChangeText();
  const { id, state, change, reason, waves, total, createdAt } = rollout;
  const sum = (field: 'done' | 'failed') => waves.reduce((all, wave) => all + wave[field], 0);
  return (
    <li className="grid items-center gap-x-4 gap-y-1 border-line border-t p-3 first:border-t-0 md:grid-cols-[8rem_minmax(0,1fr)_minmax(14rem,1fr)]">
      <StateBadge state={state} of="work" />
      <div className="min-w-0">
        <GoTo to={rolloutPath(id)} className="link break-words font-medium">
          {text(change)}
        </GoTo>
        <p className="break-words text-muted">
          <Time at={createdAt} /> {words.by} <Actor actor={rollout.requestedBy} name={rollout.requestedByName} />
        </p>
        {reason !== null && <p className="break-words text-danger">{reason}</p>}
      </div>
      <Progress label={text(change)} done={sum('done')} failed={sum('failed')} total={total} />
    </li>
  );
}
