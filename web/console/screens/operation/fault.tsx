import type { Operation } from '../../../../control-plane/api/contract/index.ts';
import { Link } from '../../router/link.tsx';
import { Icon } from '../../ui/icon.tsx';
import { buttonClass } from '../../ui/parts.tsx';
import { useWords } from '../../words/language.ts';
import { OPERATION_WORDS } from '../../words/operation.ts';
import { ADVICE, PLACES, type Place } from './advice.ts';

type FaultProps = { store: string; error: NonNullable<Operation['error']> };

const LABELS = {
  logs: 'showLogs',
  configuration: 'showConfiguration',
  backups: 'showBackups',
} as const satisfies Record<Place, keyof typeof OPERATION_WORDS.en>;

/** What ended an operation, and how to mend it. The last lines of a log that a message ends with stand by themselves. */
export function Fault({ store, error: { code, message } }: FaultProps) {
  const words = useWords(OPERATION_WORDS);
  const advice = useWords(ADVICE);
  const [sentence, ...lines] = message.split('\n');
  return (
    <section aria-label={code} className="panel flex flex-col gap-2 border-danger p-4">
      <p className="flex gap-2 font-semibold text-danger">
        <Icon name="warning" className="mt-0.5" />
        <span className="min-w-0 break-words">{sentence}</span>
      </p>
      {lines.length > 0 && (
        <pre className="max-h-60 overflow-y-auto whitespace-pre-wrap break-words rounded-md bg-raised p-2 font-mono text-xs">
          {lines.join('\n')}
        </pre>
      )}
      <h2>{words.mend}</h2>
      <p className="break-words">{advice[code] ?? advice.ANY}</p>
      <p className="flex flex-wrap items-center gap-2">
        {(PLACES[code] ?? []).map((tab) => (
          <Link key={tab} to="/stores/:store" params={{ store }} search={{ tab }} className={buttonClass()}>
            {words[LABELS[tab]]}
          </Link>
        ))}
        <span className="ml-auto text-muted">{code}</span>
      </p>
    </section>
  );
}
