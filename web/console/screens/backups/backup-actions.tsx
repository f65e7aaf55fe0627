import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Backup } from '../../../../control-plane/api/contract/index.ts';
import { read, useAction } from '../../api/query.ts';
import { confirm } from '../../ui/confirm.ts';
import { Button } from '../../ui/parts.tsx';
import { exact } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import { BACKUPS } from '../../words/backups.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { Consequences } from './consequences.tsx';

/** Reads a backup back, or puts it in the place of the store's database after the store's name was typed. */
export function BackupActions({ backup: { id, store, startedAt, state } }: { backup: Backup }) {
  const words = useWords(BACKUPS);
  const language = useLanguage();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const onError = (problem: unknown) => toast({ problem });
  const verify = useAction('POST', '/v1/backups/:id/verify', {
    onSuccess: ({ operation }) => toast({ title: words.verifyStarted, operation: operation.id }),
    onError,
  });
  const restore = useAction('POST', '/v1/backups/:id/restore', {
    onSuccess: ({ operation }) => toast({ title: words.restoreStarted(store), operation: operation.id }),
    onError,
  });
  if (state === 'making' || state === 'failed' || state === 'pruned') return null;
  const at = exact(startedAt, language);

  async function ask(): Promise<void> {
    setAsking(true);
    let withoutBackup = false;
    try {
      const tenant = await queries.fetchQuery({ ...read('/v1/tenants/:store', { params: { store } }), staleTime: 0 });
      const isSure = await confirm({
        title: words.restoreTitle(tenant.storeName),
        text: (
          <Consequences
            startedAt={startedAt}
            database={tenant.database}
            onWithout={(without) => {
              withoutBackup = without;
            }}
          />
        ),
        action: words.restore,
        danger: true,
        typed: store,
      });
      if (isSure) restore.mutate({ params: { id }, query: { withoutBackup: withoutBackup ? 'true' : 'false' } });
    } catch (problem) {
      toast({ problem });
    } finally {
      setAsking(false);
    }
  }

  return (
    <span className="inline-flex flex-wrap justify-end gap-2">
      <Button
        aria-label={words.verifyOne(at)}
        disabled={verify.isPending}
        onClick={() => verify.mutate({ params: { id } })}
      >
        {words.verify}
      </Button>
      <Button aria-label={words.restoreOne(at)} disabled={isAsking || restore.isPending} onClick={() => void ask()}>
        {words.restore}
      </Button>
    </span>
  );
}
