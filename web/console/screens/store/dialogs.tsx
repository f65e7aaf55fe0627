import { useState } from 'react';
import type { Operation, Tenant } from '../../../../control-plane/api/contract/index.ts';
import { useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { Field } from '../../parts/field.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { toast } from '../../ui/toast.ts';
import { useWords } from '../../words/language.ts';
import { ACTION_WORDS } from '../../words/store.ts';

type DialogProps = { tenant: Tenant; onClose(): void };

const DIALOGS = { suspend: SuspendDialog, upgrade: UpgradeDialog, remove: RemoveDialog } as const;
export type DialogKind = keyof typeof DIALOGS;

/** Asks for what an action needs, and begins it. */
export function ActionDialog({ kind, ...props }: DialogProps & { kind: DialogKind }) {
  const Chosen = DIALOGS[kind];
  return <Chosen {...props} />;
}

const textOf = (values: FormData, name: string): string => String(values.get(name) ?? '').trim();

/** The message that an operation began, and the end of the dialog that asked for it. */
function useBegun(action: string, { tenant, onClose }: DialogProps) {
  const words = useWords(ACTION_WORDS);
  return {
    onSuccess({ operation }: { operation: Operation }) {
      toast({ title: words.begun(action, tenant.storeName), operation: operation.id });
      onClose();
    },
  };
}

function SuspendDialog(props: DialogProps) {
  const words = useWords(ACTION_WORDS);
  const { store, storeName } = props.tenant;
  const suspend = useAction('POST', '/v1/tenants/:store/suspend', useBegun(words.suspend, props));
  return (
    <FormDialog
      title={words.suspendAsk(storeName)}
      action={words.suspend}
      disabled={suspend.isPending}
      error={suspend.error}
      onClose={props.onClose}
      onSubmit={(values) => {
        const reason = textOf(values, 'reason');
        suspend.mutate({ params: { store }, body: reason === '' ? {} : { reason } });
      }}
    >
      <p>{words.suspendText}</p>
      <Field label={words.reason}>{(control) => <input {...control} name="reason" maxLength={200} />}</Field>
    </FormDialog>
  );
}

function UpgradeDialog(props: DialogProps) {
  const words = useWords(ACTION_WORDS);
  const { store, storeName } = props.tenant;
  const upgrade = useAction('POST', '/v1/tenants/:store/upgrade', useBegun(words.upgrade, props));
  return (
    <FormDialog
      title={words.upgradeAsk(storeName)}
      action={words.upgrade}
      disabled={upgrade.isPending}
      error={upgrade.error}
      onClose={props.onClose}
      onSubmit={(values) => {
        const image = textOf(values, 'image');
        upgrade.mutate({
          params: { store },
          body: { ...(image !== '' && { image }), ...(values.has('withoutBackup') && { withoutBackup: true }) },
        });
      }}
    >
      <p>{words.upgradeText}</p>
      <Field label={words.image} hint={words.imageHint}>
        {(control) => (
          <input
            {...control}
            name="image"
            placeholder={props.tenant.image}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <Check name="withoutBackup" label={words.withoutBackup} />
    </FormDialog>
  );
}

/** The store's name has to be typed; only an admin may destroy what is kept aside otherwise. */
function RemoveDialog(props: DialogProps) {
  const words = useWords(ACTION_WORDS);
  const may = useScope();
  const [typed, setTyped] = useState('');
  const { store, storeName } = props.tenant;
  const remove = useAction('DELETE', '/v1/tenants/:store', useBegun(words.remove, props));
  const flag = (values: FormData, name: string) => (values.has(name) ? 'true' : 'false');
  return (
    <FormDialog
      title={words.removeAsk(storeName)}
      action={words.remove}
      danger
      disabled={typed !== store || remove.isPending}
      error={remove.error}
      onClose={props.onClose}
      onSubmit={(values) => {
        const query = { purge: flag(values, 'purge'), withoutBackup: flag(values, 'withoutBackup') } as const;
        remove.mutate({ params: { store }, query });
      }}
    >
      <p>{words.removeText}</p>
      <Field label={words.typeSlug(store)}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      <Check name="withoutBackup" label={words.noLastBackup} />
      {may('admin') && <Check name="purge" label={words.purge} />}
    </FormDialog>
  );
}

function Check({ name, label }: { name: string; label: string }) {
  return (
    <label className="flex min-h-8 items-center gap-2">
      <input type="checkbox" name={name} className="size-4" />
      {label}
    </label>
  );
}
