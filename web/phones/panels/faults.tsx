import { useState } from 'react';
import type { FaultInput, FaultView } from '../../../sandbox/faults/rules.ts';
import { AlertDialog } from '../../ui/alert-dialog.tsx';
import { useWords } from '../i18n.ts';
import { sandbox } from '../state/sandbox.ts';

type FaultsProps = { faults: readonly FaultView[]; at: string; onError(error: unknown): void };

const SWITCHES = {
  fault429: { target: 'telegram', kind: '429', retryAfter: 3 },
  fault5xx: { target: 'telegram', kind: '5xx', status: 502 },
  faultDrop: { target: 'telegram', kind: 'drop_after' },
  faultGone: {
    target: 'telegram',
    kind: '400',
    method: 'editMessageText',
    description: 'Bad Request: MESSAGE_ID_INVALID',
  },
} as const satisfies Record<string, FaultInput>;

const MINUTE = 60;
const STEPS = [
  ['+5 min', 5 * MINUTE],
  ['+1 h', 60 * MINUTE],
  ['+1 d', 24 * 60 * MINUTE],
] as const;

const BUTTON = 'rounded-lg border border-line px-2 py-1 text-sm';

/** What goes wrong on purpose, and the sandbox's clock. */
export function Faults({ faults, at, onError }: FaultsProps) {
  const words = useWords();
  const [times, setTimes] = useState<1 | 3 | 'always'>(1);
  const [asking, setAsking] = useState(false);
  const run = (work: Promise<unknown>) => void work.catch(onError);
  const names = Object.keys(SWITCHES) as (keyof typeof SWITCHES)[];
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        {words.faultsHelp}
        <select
          className="rounded-lg border border-line bg-surface px-2 py-1"
          aria-label={words.times}
          value={times}
          onChange={({ target }) => setTimes(target.value === 'always' ? 'always' : target.value === '3' ? 3 : 1)}
        >
          <option value="1">{words.once}</option>
          <option value="3">{words.thrice}</option>
          <option value="always">{words.always}</option>
        </select>
      </p>
      <p className="flex flex-wrap gap-1">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            className={BUTTON}
            onClick={() => run(sandbox.addFault({ ...SWITCHES[name], times }))}
          >
            {words[name]}
          </button>
        ))}
      </p>
      {faults.length === 0 && <p className="text-muted text-sm">{words.noFaults}</p>}
      <ul className="flex flex-col gap-1 text-sm">
        {faults.map(({ id, target, kind, method, fired, times: most }) => (
          <li key={id} className="flex items-center justify-between gap-2 rounded-lg bg-raised px-2 py-1">
            <span className={most !== 'always' && fired >= most ? 'text-muted' : ''}>
              {target} {method} {kind}: {fired}/{most === 'always' ? '∞' : most} {words.hits}
            </span>
            <button type="button" className="underline" onClick={() => run(sandbox.removeFault(id))}>
              {words.remove}
            </button>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-1 text-sm">
        <span>
          {words.clock}: <time dateTime={at}>{new Date(at).toLocaleString()}</time>
        </span>
        {STEPS.map(([label, seconds]) => (
          <button key={label} type="button" className={BUTTON} onClick={() => run(sandbox.advance(seconds))}>
            {label}
          </button>
        ))}
      </div>
      <button type="button" className={`${BUTTON} self-start text-danger`} onClick={() => setAsking(true)}>
        {words.reset}
      </button>
      <AlertDialog
        open={asking}
        title={words.reset}
        text={words.resetHelp}
        actions={[
          { label: words.reset, danger: true, run: () => run(sandbox.reset()) },
          { label: words.close, run: () => {} },
        ]}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}
