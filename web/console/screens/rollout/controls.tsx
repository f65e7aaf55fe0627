import { useQueryClient } from '@tanstack/react-query';
import { read, useAction } from '../../api/query.ts';
import { confirm } from '../../ui/confirm.ts';
import { written } from '../../ui/numbers.ts';
import { Button } from '../../ui/parts.tsx';
import { toast } from '../../ui/toast.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import type { RolloutView } from '../rollouts/change.tsx';

/** What can be asked of a rollout in a state. */
const CONTROLS: Record<RolloutView['state'], readonly ('pause' | 'resume' | 'abort' | 'revert')[]> = {
  running: ['pause', 'abort'],
  paused: ['resume', 'abort', 'revert'],
  halted: ['resume', 'abort', 'revert'],
  reverting: ['abort'],
  succeeded: ['revert'],
  aborted: ['revert'],
  reverted: [],
};

export function RolloutControls({ rollout: { id, state, counts, change } }: { rollout: RolloutView }) {
  const words = useWords(ROLLOUTS);
  const language = useLanguage();
  const queries = useQueryClient();
  const request = { params: { id } };
  const options = {
    onSuccess: (answer: RolloutView) => void queries.setQueryData(read('/v1/rollouts/:id', request).queryKey, answer),
    onError: (problem: Error) => toast({ problem }),
  };
  const pause = useAction('POST', '/v1/rollouts/:id/pause', options);
  const resume = useAction('POST', '/v1/rollouts/:id/resume', options);
  const abort = useAction('POST', '/v1/rollouts/:id/abort', options);
  const revert = useAction('POST', '/v1/rollouts/:id/revert', options);
  const isBusy = [pause, resume, abort, revert].some(({ isPending }) => isPending);
  const hasWayBack = counts.succeeded > 0 && (change.kind === 'image' || change.kind === 'configuration');
  const runs = {
    pause: () => pause.mutate(request),
    resume: () => resume.mutate(request),
    abort: async () => {
      const question = { title: words.abortAsk, text: words.abortText, action: words.abort, danger: true };
      if (await confirm(question)) abort.mutate(request);
    },
    revert: async () => {
      const text = words.revertText(written(counts.succeeded, language));
      if (await confirm({ title: words.revertAsk, text, action: words.revert, danger: true })) revert.mutate(request);
    },
  };
  return CONTROLS[state]
    .filter((action) => action !== 'revert' || hasWayBack)
    .map((action) => (
      <Button
        key={action}
        look={action === 'resume' ? 'main' : 'plain'}
        disabled={isBusy}
        onClick={() => void runs[action]()}
      >
        {words[action]}
      </Button>
    ));
}
