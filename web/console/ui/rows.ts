import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Rows beyond the edges of the screen that are drawn too. */
const OVER = 8;

export type ShownRows<T extends HTMLElement> = {
  /** The element that is as tall as all rows together. */
  ref: RefObject<T | null>;
  from: number;
  to: number;
  /** Scrolls until a row can be seen. */
  reveal(row: number): void;
};

/**
 * Which of many rows of one height lie on the screen. The page itself scrolls, as everywhere on a phone; rows stand at
 * `row * height` of an element of that many rows' height.
 */
export function useShownRows<T extends HTMLElement>(count: number, height: number): ShownRows<T> {
  const ref = useRef<T>(null);
  const [shown, setShown] = useState({ from: 0, to: 40 });
  useLayoutEffect(() => {
    const look = () => {
      const top = -(ref.current?.getBoundingClientRect().top ?? 0);
      const from = Math.max(0, Math.floor(top / height) - OVER);
      const to = Math.min(count, Math.ceil((top + window.innerHeight) / height) + OVER);
      setShown((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [count, height]);
  const reveal = (row: number) => {
    const top = (ref.current?.getBoundingClientRect().top ?? 0) + row * height;
    const head = 96;
    if (top < head) window.scrollBy(0, top - head);
    else if (top + height * 2 > window.innerHeight) window.scrollBy(0, top + height * 2 - window.innerHeight);
  };
  return { ref, from: shown.from, to: Math.min(shown.to, count), reveal };
}
