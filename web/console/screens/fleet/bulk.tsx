import { useState } from 'react';
import { written } from '../../ui/numbers.ts';
import { Button } from '../../ui/parts.tsx';
import { FLEET } from '../../words/fleet.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { type ChangeKind, StartRollout } from '../rollouts/start.tsx';

const ACTIONS = ['restart', 'image', 'configuration', 'backup', 'suspend', 'resume'] as const satisfies ChangeKind[];

/** What can be done with the selected stores: each is a rollout. */
export function BulkBar({ stores, onDone }: { stores: readonly string[]; onDone(): void }) {
  const words = useWords(FLEET);
  const language = useLanguage();
  const [kind, setKind] = useState<ChangeKind>();
  return (
    <section
      aria-label={words.selected(written(stores.length, language))}
      className="panel sticky bottom-2 z-20 mt-2 flex flex-wrap items-center gap-2 p-2 shadow-lg"
    >
      <p role="status" className="px-1 font-semibold">
        {words.selected(written(stores.length, language))}
      </p>
      {ACTIONS.map((action) => (
        <Button key={action} onClick={() => setKind(action)}>
          {words.actions[action]}
        </Button>
      ))}
      <Button look="quiet" className="ml-auto" onClick={onDone}>
        {words.unselect}
      </Button>
      {kind && <StartRollout kind={kind} stores={stores} onClose={() => setKind(undefined)} onStarted={onDone} />}
    </section>
  );
}
