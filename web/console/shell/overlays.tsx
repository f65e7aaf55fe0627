import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useAsked } from '../ui/confirm.ts';
import { onToast } from '../ui/toast.ts';
import { useKeys } from './keys.ts';

// Loaded when first wanted: no screen needs them to be seen.
const ConfirmDialog = lazy(async () => ({ default: (await import('../ui/confirm-dialog.tsx')).ConfirmDialog }));
const Toaster = lazy(async () => ({ default: (await import('../ui/toaster.tsx')).Toaster }));
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const Help = lazy(async () => ({ default: (await import('./help.tsx')).Help }));

/** What lies over a screen. */
export function Overlays() {
  const asked = useAsked();
  const [hasToasts, setHasToasts] = useState(false);
  const [shown, setShown] = useState<'palette' | 'help'>();
  useEffect(() => onToast(() => setHasToasts(true)), []);
  const onPalette = useCallback(() => setShown('palette'), []);
  const onHelp = useCallback(() => setShown('help'), []);
  const onClose = () => setShown(undefined);
  useKeys({ onPalette, onHelp });
  return (
    <Suspense>
      {asked && <ConfirmDialog {...asked} />}
      {hasToasts && <Toaster />}
      {shown === 'palette' && <Palette onClose={onClose} />}
      {shown === 'help' && <Help onClose={onClose} />}
    </Suspense>
  );
}
