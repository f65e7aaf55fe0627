import { written } from '../../ui/numbers.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import { type Careful, wavesOf } from './care.tsx';

/** The canary where there is one, parts in per cent of all, then the rest; as the control plane divides them. Pure. */
export function waveSizes(total: number, canary: number, percents: readonly number[]): number[] {
  let left = total;
  const sizes: number[] = [];
  for (const wanted of [canary, ...percents.map((percent) => Math.ceil((total * percent) / 100)), total]) {
    const taken = Math.min(wanted, left);
    if (taken > 0) sizes.push(taken);
    left -= taken;
  }
  return sizes;
}

/** Names shown of the stores that were selected. */
const NAMED = 12;

/** What will happen, before it does. */
export function Plan({ total, care, stores }: { total: number; care: Careful; stores?: readonly string[] }) {
  const words = useWords(ROLLOUTS);
  const language = useLanguage();
  const number = (count: number) => written(count, language);
  const canary = Math.min(care.canary, total);
  const waves = waveSizes(total, canary, wavesOf(care.waves) ?? []).slice(canary > 0 ? 1 : 0);
  return (
    <section aria-label={words.plan} className="flex flex-col gap-2 rounded-md bg-raised p-3">
      <h3 className="font-medium">{words.plan}</h3>
      <ol className="list-decimal pl-5">
        {canary > 0 && <li>{words.canaryOf(number(canary), number(care.bakeSeconds))}</li>}
        {waves.map((size, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its number
          <li key={at}>{words.waveOf(at + 1, number(size))}</li>
        ))}
      </ol>
      <p>{words.stopsAt(number(care.maxFailures))}</p>
      {stores && (
        <p className="break-words text-muted">
          {stores.slice(0, NAMED).join(', ')}
          {stores.length > NAMED && ` … +${number(stores.length - NAMED)}`}
        </p>
      )}
    </section>
  );
}
