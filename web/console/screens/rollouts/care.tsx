import type { StartRolloutRequest } from '../../../../control-plane/api/contract/index.ts';
import { useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';

/** How carefully a rollout goes; the waves as they were typed. */
export type Careful = Pick<StartRolloutRequest, 'canary' | 'bakeSeconds' | 'perMachine' | 'maxFailures'> & {
  waves: string;
};
/** As the contract has it when nothing is said. */
export const CAREFUL: Careful = { canary: 1, bakeSeconds: 30, perMachine: 4, maxFailures: 2, waves: '10, 50' };

/** `10, 50` as numbers; undefined if the API would refuse them. */
export function wavesOf(typed: string): number[] | undefined {
  const waves = typed.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const isGood = waves.every(
    (percent, at) => Number.isInteger(percent) && percent >= 1 && percent <= 100 && percent >= (waves[at - 1] ?? 0),
  );
  return isGood && waves.length <= 10 ? waves : undefined;
}

const NUMBERS = [
  ['canary', 'canary', 0, 100],
  ['bakeSeconds', 'bake', 0, 86_400],
  ['perMachine', 'perMachine', 1, 50],
  ['maxFailures', 'maxFailures', 0, 1000],
] as const;

/** Canary, waves and how much failure is borne, behind a line that few open. */
export function Care({ care, onChange }: { care: Careful; onChange(care: Careful): void }) {
  const words = useWords(ROLLOUTS);
  const isWrong = wavesOf(care.waves) === undefined;
  return (
    <details>
      <summary className="min-h-8 cursor-pointer content-center font-medium">{words.howCarefully}</summary>
      <div className="grid gap-3 pt-2 sm:grid-cols-2">
        {NUMBERS.map(([field, word, min, max]) => (
          <label key={field} className="flex flex-col gap-1">
            {words[word]}
            <input
              type="number"
              className="field"
              required
              min={min}
              max={max}
              step={1}
              value={care[field]}
              onChange={({ target }) => onChange({ ...care, [field]: target.valueAsNumber || 0 })}
            />
          </label>
        ))}
        <label className="flex flex-col gap-1 sm:col-span-2">
          {words.waves}
          <input
            className="field"
            value={care.waves}
            aria-invalid={isWrong}
            aria-describedby="waves-wrong"
            onChange={({ target }) => onChange({ ...care, waves: target.value })}
          />
          <span id="waves-wrong" className="text-danger">
            {isWrong && words.wrongWaves}
          </span>
        </label>
      </div>
    </details>
  );
}
