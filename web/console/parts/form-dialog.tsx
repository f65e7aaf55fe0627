import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode, SubmitEvent } from 'react';
import { Button, buttonClass } from '../ui/parts.tsx';
import { ProblemView } from '../ui/problem.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';

type FormDialogProps = {
  title: string;
  /** What the button does. */
  action: string;
  danger?: boolean;
  /** While it may not be sent. */
  disabled?: boolean;
  /** What was refused the last time. */
  error?: unknown;
  onSubmit(values: FormData): void;
  onClose(): void;
  children: ReactNode;
};

/** A question with fields, over the screen. */
export function FormDialog({ title, action, danger, disabled, error, onSubmit, onClose, children }: FormDialogProps) {
  const words = useWords(COMMON);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog.Root open disablePointerDismissal onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="-translate-x-1/2 -translate-y-1/2 panel fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[min(36rem,92vw)] overflow-y-auto p-4 shadow-xl">
          <form className="flex flex-col gap-3" onSubmit={submit}>
            <Dialog.Title className="break-words font-semibold text-base">{title}</Dialog.Title>
            {children}
            {error !== undefined && error !== null && <ProblemView error={error} />}
            <div className="mt-1 flex flex-wrap justify-end gap-2">
              <Dialog.Close className={buttonClass()}>{words.cancel}</Dialog.Close>
              <Button type="submit" look={danger ? 'danger' : 'main'} disabled={disabled}>
                {action}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
