import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Icon } from './icon.tsx';
import { buttonClass } from './parts.tsx';

type DialogProps = {
  title: string;
  /** A tap beside it loses nothing that was typed: it stays open. */
  isForm?: boolean;
  onClose(): void;
  children: ReactNode;
};

/** A dialog that any tap beside it closes, unless it is a form. Loaded lazily by whoever opens one. */
export function Dialog({ title, isForm = false, onClose, children }: DialogProps) {
  const words = useWords(COMMON);
  return (
    <Base.Root open disablePointerDismissal={isForm} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup className="-translate-x-1/2 panel fixed top-[6dvh] left-1/2 z-50 flex max-h-[88dvh] w-[min(40rem,94vw)] flex-col shadow-xl">
          <div className="flex items-center gap-2 border-line border-b py-2 pr-2 pl-4">
            <Base.Title className="min-w-0 flex-1 break-words font-semibold text-base">{title}</Base.Title>
            <Base.Close aria-label={words.close} className={buttonClass('quiet')}>
              <Icon name="cross" />
            </Base.Close>
          </div>
          <div className="min-h-0 overflow-y-auto p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
