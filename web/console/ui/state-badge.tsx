import { useWords } from '../words/language.ts';
import { STATES, type State } from '../words/states.ts';
import { Icon, type IconName } from './icon.tsx';

const TONES = {
  good: 'text-accent',
  busy: 'text-info',
  warn: 'text-warn',
  bad: 'text-danger',
  calm: 'text-muted',
} as const;
type Tone = keyof typeof TONES;

const LOOKS: Record<State, readonly [Tone, IconName]> = {
  provisioning: ['busy', 'turning'],
  running: ['good', 'check'],
  degraded: ['warn', 'warning'],
  stopped: ['calm', 'stop'],
  suspended: ['calm', 'pause'],
  failed: ['bad', 'cross'],
  removing: ['busy', 'turning'],
  scheduled: ['calm', 'clock'],
  succeeded: ['good', 'check'],
  cancelled: ['calm', 'dash'],
  paused: ['warn', 'pause'],
  halted: ['bad', 'warning'],
  reverting: ['busy', 'back'],
  aborted: ['calm', 'dash'],
  reverted: ['calm', 'back'],
  waiting: ['calm', 'clock'],
  skipped: ['calm', 'dash'],
  making: ['busy', 'turning'],
  made: ['good', 'check'],
  verified: ['good', 'check'],
  pruned: ['calm', 'dash'],
  passed: ['good', 'check'],
  pending: ['calm', 'clock'],
  ok: ['good', 'check'],
  fail: ['bad', 'cross'],
  unknown: ['calm', 'question'],
  open: ['warn', 'warning'],
  closed: ['calm', 'check'],
  active: ['good', 'check'],
  draining: ['busy', 'turning'],
};

/** `running` of an operation or a rollout is work that goes on; of a store it is what should be. */
export type StateBadgeProps = { state: State; of?: 'work' };

/** A state as an icon and a word. */
export function StateBadge({ state, of }: StateBadgeProps) {
  const words = useWords(STATES);
  const [tone, icon]: readonly [Tone, IconName] =
    of === 'work' && state === 'running' ? ['busy', 'turning'] : LOOKS[state];
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap ${TONES[tone]}`}>
      <Icon name={icon} />
      {words.state[state]}
    </span>
  );
}
