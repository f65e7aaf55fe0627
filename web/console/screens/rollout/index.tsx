import { useQuery } from '@tanstack/react-query';
import { read } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { Actor } from '../../parts/actor.tsx';
import { useParam } from '../../router/hooks.ts';
import { LoadedScreen } from '../../shell/loaded-screen.tsx';
import { useTitle } from '../../shell/title.ts';
import { Icon } from '../../ui/icon.tsx';
import { ScreenHead } from '../../ui/parts.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import { Progress, type RolloutView, useChangeText } from '../rollouts/change.tsx';
import { RolloutControls } from './controls.tsx';
import { Stores } from './stores.tsx';

/** One rollout: how far each wave is, why it stopped, which store is where. */
export function RolloutScreen() {
  const words = useWords(ROLLOUTS);
  const id = useParam('id');
  const query = useQuery(read('/v1/rollouts/:id', { params: { id } }));
  return (
    <LoadedScreen query={query} list={{ title: words.title, to: '/rollouts' }} command="npx lapak rollout list">
      {(rollout) => <Shown rollout={rollout} />}
    </LoadedScreen>
  );
}

function Shown({ rollout }: { rollout: RolloutView }) {
  const words = useWords(ROLLOUTS);
  const text = useChangeText();
  const may = useScope();
  const { id, state, change, reason, waves, at, createdAt, finishedAt } = rollout;
  const title = text(change);
  useTitle(title);
  return (
    <div className="flex flex-col gap-4">
      <div>
        <ScreenHead title={title}>{may('operator') && <RolloutControls rollout={rollout} />}</ScreenHead>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <StateBadge state={state} of="work" />
          <span className="text-muted">
            {words.begun} <Time at={createdAt} /> {words.by}{' '}
            <Actor actor={rollout.requestedBy} name={rollout.requestedByName} />
          </span>
          {finishedAt !== null && (
            <span className="text-muted">
              {words.ended} <Time at={finishedAt} />
            </span>
          )}
        </p>
      </div>
      {reason !== null && (
        <section aria-label={words.why} className="panel border-danger p-3">
          <h2 className="flex items-center gap-2 text-danger">
            <Icon name="warning" /> {words.why}
          </h2>
          <p className="break-words">{reason}</p>
        </section>
      )}
      <section aria-label={words.progress} className="panel">
        <h2 className="border-line border-b px-3 py-2">{words.progress}</h2>
        <ol>
          {waves.map(({ name, stores, done, failed }, wave) => (
            <li
              key={name}
              aria-current={wave === at && finishedAt === null ? 'step' : undefined}
              className="grid grid-cols-[6rem_minmax(0,1fr)] items-center gap-x-3 border-line border-t px-3 py-2 first:border-t-0 aria-[current]:font-semibold"
            >
              {words.wave(name)}
              <Progress label={words.wave(name)} done={done} failed={failed} total={stores} />
            </li>
          ))}
        </ol>
      </section>
      <Stores id={id} counts={rollout.counts} waves={waves} />
    </div>
  );
}
