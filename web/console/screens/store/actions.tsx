import { lazy, Suspense, useState } from 'react';
import type { Operation, Tenant } from '../../../../control-plane/api/contract/index.ts';
import { useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { useScreenActions } from '../../shell/screen-actions.ts';
import { confirm } from '../../ui/confirm.ts';
import { Button } from '../../ui/parts.tsx';
import { toast } from '../../ui/toast.ts';
import { useWords } from '../../words/language.ts';
import { ACTION_WORDS } from '../../words/store.ts';
import type { MenuItem } from './action-menu.tsx';
import type { DialogKind } from './dialogs.tsx';

// The screen is seen before these are there.
const ActionMenu = lazy(async () => ({ default: (await import('./action-menu.tsx')).ActionMenu }));
const ActionDialog = lazy(async () => ({ default: (await import('./dialogs.tsx')).ActionDialog }));

/** What can be done with a store as it is now; nothing for a viewer. */
export function StoreActions({ tenant }: { tenant: Tenant }) {
  const words = useWords(ACTION_WORDS);
  const may = useScope();
  const [dialog, setDialog] = useState<DialogKind>();
  const { store, storeName, desiredState, paused, runtime, driver } = tenant;
  const onError = (problem: Error) => toast({ problem });
  /** An operation began: the message leads to it. */
  const begun = (action: string) => ({
    onError,
    onSuccess: ({ operation }: { operation: Operation }) =>
      toast({ title: words.begun(action, storeName), operation: operation.id }),
  });
  const start = useAction('POST', '/v1/tenants/:store/start', begun(words.start));
  const stop = useAction('POST', '/v1/tenants/:store/stop', begun(words.stop));
  const restart = useAction('POST', '/v1/tenants/:store/restart', begun(words.restart));
  const resume = useAction('POST', '/v1/tenants/:store/resume', begun(words.resume));
  const backup = useAction('POST', '/v1/tenants/:store/backups', begun(words.backup));
  const move = useAction('POST', '/v1/tenants/:store/move', begun(words.move));
  const pause = useAction('POST', '/v1/tenants/:store/pause', {
    onError,
    onSuccess: () => toast({ title: words.paused }),
  });
  const unpause = useAction('POST', '/v1/tenants/:store/unpause', {
    onError,
    onSuccess: () => toast({ title: words.unpaused }),
  });
  const params = { store };
  const stopAsked = async () => {
    const isSure = await confirm({
      title: words.stopAsk(storeName),
      text: words.stopText,
      action: words.stop,
      danger: true,
    });
    if (isSure) stop.mutate({ params });
  };
  const place = runtime === 'pooled' ? 'dedicated' : 'pooled';
  const moveAsked = async () => {
    const title = words.moveAsk[place](storeName);
    const isSure = await confirm({ title, text: words.moveText[place], action: words.move });
    if (isSure) move.mutate({ params, body: { runtime: place } });
  };
  const isUp = desiredState === 'running';
  const items: MenuItem[] = [
    ...(isUp ? [{ name: words.stop, run: () => void stopAsked() }] : []),
    ...(desiredState === 'suspended' ? [] : [{ name: words.suspend, run: () => setDialog('suspend') }]),
    { name: words.upgrade, run: () => setDialog('upgrade') },
    { name: words.backup, run: () => backup.mutate({ params }) },
    // Containers host one store each.
    ...(driver === 'process' ? [{ name: words.moveTo[place], run: () => void moveAsked() }] : []),
    paused
      ? { name: words.unpause, run: () => unpause.mutate({ params }) }
      : { name: words.pause, run: () => pause.mutate({ params }) },
    { name: words.remove, danger: true, run: () => setDialog('remove') },
  ];
  /** What its button does is what a store in this state needs first. */
  const [first, name, look] = {
    running: [restart, words.restart, 'plain'] as const,
    stopped: [start, words.start, 'main'] as const,
    suspended: [resume, words.resume, 'main'] as const,
    removed: [] as const,
  }[desiredState];
  const isOffered = may('operator') && first !== undefined;
  const all = isOffered ? [{ name, run: () => first.mutate({ params }) }, ...items] : [];
  useScreenActions(all.map(({ name, run }) => ({ name: `${name}: ${storeName}`, run })));
  if (!isOffered) return null;
  return (
    <>
      <Button look={look} disabled={first.isPending} onClick={() => first.mutate({ params })}>
        {name}
      </Button>
      <Suspense fallback={<Button disabled>{words.more}</Button>}>
        <ActionMenu label={words.more} items={items} />
        {dialog && <ActionDialog kind={dialog} tenant={tenant} onClose={() => setDialog(undefined)} />}
      </Suspense>
    </>
  );
}
