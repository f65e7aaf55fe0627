import type { ReactNode } from 'react';
import { AddressLink } from '../router/link.tsx';

/** A link to a screen by its whole path, search included: `/fleet?state=failed`. */
export function GoTo({ to, className = 'link', children }: { to: string; className?: string; children: ReactNode }) {
  return (
    <AddressLink address={to} className={className}>
      {children}
    </AddressLink>
  );
}

export const storePath = (store: string): string => `/stores/${store}`;
export const operationPath = (id: string): string => `/operations/${id}`;
export const rolloutPath = (id: string): string => `/rollouts/${id}`;
