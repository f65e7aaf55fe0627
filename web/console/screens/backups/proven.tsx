import type { BackupStanding } from '../../../../control-plane/api/contract/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { Time } from '../../ui/time.tsx';
import { BACKUPS } from '../../words/backups.ts';
import { useWords } from '../../words/language.ts';

type ProvenProps = { standing: Pick<BackupStanding, 'provenAt' | 'drill'> };

/** When a backup of the store was last restored to see whether it can be, and whether the last attempt failed. */
export function Proven({ standing: { provenAt, drill } }: ProvenProps) {
  const words = useWords(BACKUPS);
  return (
    <span className="sm:block">
      {provenAt ? (
        <span className="inline-flex items-center gap-1 text-accent">
          <Icon name="check" />
          <Time at={provenAt} />
        </span>
      ) : (
        <span className="text-warn">{words.neverProven}</span>
      )}
      {drill?.result === 'failed' && (
        <span className="flex items-center gap-1 break-words text-danger" title={drill.detail}>
          <Icon name="cross" /> {words.drillFailed}
        </span>
      )}
    </span>
  );
}
