import { useAction } from '../../api/query.ts';
import { Button } from '../../ui/parts.tsx';
import { toast } from '../../ui/toast.ts';
import { BACKUPS } from '../../words/backups.ts';
import { useWords } from '../../words/language.ts';

type StoreActionsProps = { store: string; storeName: string; backup: object | null };

/** What can be done for a store's backups as a whole: one more now, and a proof of the newest. */
export function StoreActions({ store, storeName, backup }: StoreActionsProps) {
  const words = useWords(BACKUPS);
  const onError = (problem: unknown) => toast({ problem });
  const backUp = useAction('POST', '/v1/tenants/:store/backups', {
    onSuccess: ({ operation }) => toast({ title: words.backUpStarted(storeName), operation: operation.id }),
    onError,
  });
  const drill = useAction('POST', '/v1/tenants/:store/drills', {
    onSuccess: ({ operation }) => toast({ title: words.drillStarted(storeName), operation: operation.id }),
    onError,
  });
  return (
    <span className="inline-flex flex-wrap justify-end gap-2">
      <Button
        aria-label={`${words.backUp}: ${storeName}`}
        disabled={backUp.isPending}
        onClick={() => backUp.mutate({ params: { store } })}
      >
        {words.backUp}
      </Button>
      <Button
        aria-label={`${words.drill}: ${storeName}`}
        title={words.drillHelp}
        disabled={drill.isPending || backup === null}
        onClick={() => drill.mutate({ params: { store } })}
      >
        {words.drill}
      </Button>
    </span>
  );
}
