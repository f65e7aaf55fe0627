/** Drawn on 16 × 16 with a stroke of the text's colour. Beside a word, never instead of it. */
const PATHS = {
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 12v.01',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 5v3.5l2.5 1.5',
  turning: 'M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.5 2v3h-3',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stop: 'M4 4h8v8H4z',
  back: 'M6.5 3.5 2.5 7.5l4 4M3 7.5h6.5a4 4 0 0 1 4 4v1',
  question: 'M6 6a2 2 0 1 1 2.8 1.8c-.5.3-.8.6-.8 1.4M8 12v.01',
  dash: 'M4 8h8',
  home: 'M2 8l6-5.5L14 8M4 6.5V13h8V6.5',
  store: 'M2.5 6.5 4 2.5h8l1.5 4M3.5 7v6.5h9V7M2.5 6.5a1.8 1.8 0 0 0 3.7 0 1.8 1.8 0 0 0 3.6 0 1.8 1.8 0 0 0 3.7 0',
  waves: 'M2 12V9M6 12V6.5M10 12V4.5M14 12V2.5',
  bell: 'M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM6.8 14.2h2.4',
  gear: 'M3 4.5h10M3 8h10M3 11.5h10',
  box: 'M2.5 4.5h11v3h-11zM3.5 7.5v6h9v-6M6.5 10h3',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3',
  book: 'M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4',
  key: 'M6 6.5a3 3 0 1 0-.1 3.1H9l1.2 1.2L11.5 9.6l1 1 1.5-2V6.5z',
  plus: 'M8 3v10M3 8h10',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.5 10.5 14 14',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  shard: 'M2.5 2.5h11v11h-11zM2.5 8h11M8 2.5v11',
  line: 'M1.5 8h3l2-5 3 10 2-5h3',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`inline-block size-4 shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
