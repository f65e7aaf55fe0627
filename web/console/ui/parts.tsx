import type { ComponentProps, ReactNode } from 'react';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';

const LOOKS = {
  main: 'bg-accent text-on-accent border-transparent',
  plain: 'bg-surface border-edge hover:bg-raised',
  danger: 'bg-danger text-on-danger border-transparent',
  quiet: 'border-transparent hover:bg-raised',
} as const;

export type ButtonLook = keyof typeof LOOKS;

/** How a button looks; also for a link that looks like one. */
export const buttonClass = (look: ButtonLook = 'plain'): string =>
  `inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium aria-disabled:opacity-60 disabled:opacity-60 ${LOOKS[look]}`;

export function Button({ look, className = '', ...props }: ComponentProps<'button'> & { look?: ButtonLook }) {
  return <button type="button" {...props} className={`${buttonClass(look)} ${className}`} />;
}

/** What stands where nothing is yet: why, and the command that would bring something. */
export function Empty({ title, command, children }: { title: string; command?: string; children?: ReactNode }) {
  const words = useWords(COMMON);
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children}
      {command !== undefined && (
        <p className="text-muted">
          {words.orCommand} <code className="select-all rounded bg-raised px-1 py-0.5 font-mono">{command}</code>
        </p>
      )}
    </div>
  );
}

/** Lines in the place of what is on its way. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const words = useWords(COMMON);
  const widths = ['w-full', 'w-4/5', 'w-11/12', 'w-2/3'];
  return (
    <div role="status" aria-label={words.loading} className="flex flex-col gap-3 p-4">
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
        <div key={index} className={`skeleton h-4 ${widths[index % widths.length]}`} />
      ))}
    </div>
  );
}

/** The head of a screen: what it is, and what can be done. */
export function ScreenHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-4">
      <h1 className="min-w-0 break-words">{title}</h1>
      {children !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}
