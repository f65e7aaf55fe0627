import { AlertDialog as Base } from '@base-ui/react/alert-dialog';

type Action = { label: string; danger?: boolean; run(): void };
type AlertDialogProps = { open: boolean; title: string; text?: string; actions: readonly Action[]; onClose(): void };

/** A question or a message that has to be answered before anything else. */
export function AlertDialog({ open, title, text, actions, onClose }: AlertDialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 bg-black/40" />
        <Base.Popup className="-translate-x-1/2 -translate-y-1/2 fixed top-1/2 left-1/2 w-[min(24rem,92vw)] rounded-2xl bg-surface p-4 text-text shadow-xl">
          <Base.Title className="whitespace-pre-wrap font-semibold">{title}</Base.Title>
          {text !== undefined && <Base.Description className="mt-2 text-muted text-sm">{text}</Base.Description>}
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            {actions.map(({ label, danger, run }) => (
              <Base.Close
                key={label}
                className={`rounded-lg px-4 py-2 ${danger ? 'bg-danger text-on-danger' : 'bg-accent text-on-accent'}`}
                onClick={run}
              >
                {label}
              </Base.Close>
            ))}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
