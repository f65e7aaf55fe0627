import type { Rollout } from '../../../../control-plane/api/contract/index.ts';
import { written } from '../../ui/numbers.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';

export type RolloutView = (typeof Rollout)['_output'];

/** What a rollout does, in a few words: `Upgrade to lapak/tenant-runtime:1.3`. */
export function useChangeText(): (change: RolloutView['change']) => string {
  const words = useWords(ROLLOUTS);
  return (change) => {
    const kind = words.kinds[change.kind];
    if (change.kind === 'image') return `${kind}: ${change.image ?? words.ownImage}`;
    if (change.kind !== 'configuration') return kind;
    const keys = [...Object.keys(change.env ?? {}), ...Object.keys(change.limits ?? {})];
    return `${kind}: ${keys.join(', ')}`;
  };
}

/** How far a rollout or a wave of it is, as a bar and in numbers; failures are told in words too. */
export function Progress({
  label,
  done,
  failed,
  total,
}: {
  label: string;
  done: number;
  failed: number;
  total: number;
}) {
  const words = useWords(ROLLOUTS);
  const language = useLanguage();
  const percent = (count: number) => `${total === 0 ? 0 : (count * 100) / total}%`;
  return (
    <div className="flex min-w-0 items-center gap-3">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        className="flex h-2 min-w-16 flex-1 overflow-hidden rounded bg-line"
      >
        <div className="bg-accent" style={{ width: percent(done - failed) }} />
        <div className="bg-danger" style={{ width: percent(failed) }} />
      </div>
      <span className="whitespace-nowrap">
        {words.of(written(done, language), written(total, language))}
        {failed > 0 && <span className="text-danger"> · {words.failed(written(failed, language))}</span>}
      </span>
    </div>
  );
}
