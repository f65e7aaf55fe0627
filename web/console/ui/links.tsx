import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a screen by its whole path, search included: `/fleet?state=failed`. */
export function GoTo({ to, className = 'link', children }: { to: string; className?: string; children: ReactNode }) {
  const [path, query] = to.split('?');
  // The address is data here: a screen checks what it finds there anyway.
  const target = { to: path, search: Object.fromEntries(new URLSearchParams(query)) } as LinkProps;
  return (
    <Link {...target} className={className}>
      {children}
    </Link>
  );
}

export const storePath = (store: string): string => `/stores/${store}`;
export const operationPath = (id: string): string => `/operations/${id}`;
export const rolloutPath = (id: string): string => `/rollouts/${id}`;
