import { useEffect } from 'react';
import { useScope } from '../api/session.ts';
import { useNavigate } from '../router/hooks.ts';
import { SCREENS } from './screens.ts';

/** How long `g` waits for the key of a screen. */
const SECOND_KEY_MS = 1_500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Over a dialog the keys of the screen below it do nothing. A message at the edge calls itself a dialog too, and covers nothing. */
const isCovered = (): boolean =>
  document.querySelector(':is([role=dialog], [role=alertdialog]):not([aria-modal=false])') !== null;

/** The keys that work everywhere: `g` and a letter, `/` to search, `?` for help, Ctrl-K for the palette. */
export function useKeys({ onPalette, onHelp }: { onPalette(): void; onHelp(): void }): void {
  const navigate = useNavigate();
  const may = useScope();
  useEffect(() => {
    let wentAt = 0;
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        if (!isCovered()) onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isCovered()) return;
      const isSecond = event.timeStamp - wentAt < SECOND_KEY_MS;
      wentAt = 0;
      const screen = isSecond ? SCREENS.find(({ key }) => key === event.key) : undefined;
      if (screen) {
        if (may(screen.scope)) navigate({ to: screen.to });
      } else if (event.key === 'g') {
        wentAt = event.timeStamp;
      } else if (event.key === '?') {
        onHelp();
      } else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('main input[type=search]');
        if (search) {
          event.preventDefault();
          search.focus();
        }
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [may, navigate, onPalette, onHelp]);
}
