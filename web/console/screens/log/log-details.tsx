import { Button } from '../../ui/parts.tsx';
import { COMMON } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { LOG_WORDS } from '../../words/log.ts';
import { detailsOf } from './line.ts';

/** Everything that a line says, a field on each line. */
export function LogDetails({ raw, onClose }: { raw: string; onClose(): void }) {
  const words = useWords(LOG_WORDS);
  const common = useWords(COMMON);
  return (
    <section
      className="relative max-h-[40%] shrink-0 overflow-y-auto border-line border-t bg-raised p-2"
      aria-label={words.details}
    >
      <Button look="quiet" className="!absolute top-1 right-1" onClick={onClose}>
        {common.close}
      </Button>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 pr-16 font-mono text-xs">
        {detailsOf(raw).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="whitespace-pre-wrap break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
