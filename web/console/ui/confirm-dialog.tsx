import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useState } from 'react';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import type { Asked } from './confirm.ts';
import { Button, buttonClass } from './parts.tsx';

export function ConfirmDialog({ title, text, action, danger, typed, answer }: Asked) {
  const words = useWords(COMMON);
  const [entered, setEntered] = useState('');
  const isReady = typed === undefined || entered === typed;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && answer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <AlertDialog.Popup className="-translate-x-1/2 -translate-y-1/2 panel fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[min(32rem,92vw)] overflow-y-auto p-4 shadow-xl">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (isReady) answer(true);
            }}
          >
            <AlertDialog.Title className="break-words font-semibold text-base">{title}</AlertDialog.Title>
            {text !== undefined && (
              <AlertDialog.Description render={<div />} className="mt-2 break-words">
                {text}
              </AlertDialog.Description>
            )}
            {typed !== undefined && (
              <label className="mt-4 flex flex-col gap-1 break-words font-medium">
                {words.typeName(typed)}
                <input
                  className="field font-mono font-normal"
                  autoComplete="off"
                  spellCheck={false}
                  value={entered}
                  onChange={({ target }) => setEntered(target.value)}
                />
              </label>
            )}
            <div className="mt-4 flex flex-wrap justify-end gap-2">
              <AlertDialog.Close className={buttonClass()}>{words.cancel}</AlertDialog.Close>
              <Button type="submit" look={danger ? 'danger' : 'main'} disabled={!isReady}>
                {action}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
