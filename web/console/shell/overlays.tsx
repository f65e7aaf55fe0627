import { lazy, Suspense, useEffect, useState } from 'react';
import { useAsked } from '../ui/confirm.ts';
import { onToast } from '../ui/toast.ts';

// Loaded when first wanted: no screen needs them to be seen.
const ConfirmDialog = lazy(async () => ({ default: (await import('../ui/confirm-dialog.tsx')).ConfirmDialog }));
const Toaster = lazy(async () => ({ default: (await import('../ui/toaster.tsx')).Toaster }));

/** What lies over a screen. */
export function Overlays() {
  const asked = useAsked();
  const [hasToasts, setHasToasts] = useState(false);
  useEffect(() => onToast(() => setHasToasts(true)), []);
  return (
    <Suspense>
      {asked && <ConfirmDialog {...asked} />}
      {hasToasts && <Toaster />}
    </Suspense>
  );
}
