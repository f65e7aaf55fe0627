import type { Connection } from '../live/line.ts';
import { useConnection } from '../live/live.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';

const LOOKS = {
  connecting: ['connecting', 'turning', 'text-muted'],
  'catching-up': ['catchingUp', 'turning', 'text-info'],
  connected: ['connected', 'check', 'text-muted'],
  lost: ['lost', 'warning', 'text-danger'],
} as const satisfies Record<Connection, readonly [string, IconName, string]>;

/** Whether what the screen shows is what is. */
export function ConnectionState() {
  const words = useWords(COMMON);
  const connection = useConnection();
  const [word, icon, tone] = LOOKS[connection];
  return (
    <p role="status" data-connection={connection} className={`flex items-center gap-1 whitespace-nowrap ${tone}`}>
      <Icon name={icon} />
      {words[word]}
    </p>
  );
}
