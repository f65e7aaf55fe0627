import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { useScope } from '../../api/session.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Button } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { ExtendDialog } from './extend-dialog.tsx';
import { WORDS } from './words.ts';

/** Stores, what they are paid until, and the button to extend that. */
export function RentTable({ label, tenants }: { label: string; tenants: readonly Tenant[] }) {
  const words = useWords(WORDS);
  const language = useLanguage();
  const may = useScope();
  const [extending, setExtending] = useState<string>();
  const chosen = tenants.find(({ store }) => store === extending);
  const columns: Column<Tenant>[] = [
    {
      head: words.store,
      cell: ({ store, storeName, suspendedFor }) => (
        <>
          <Link to="/stores/$store" params={{ store }} className="link break-words font-medium">
            {storeName}
          </Link>
          <span className="block break-all text-muted">{store}</span>
          {suspendedFor && (
            <span className="flex items-center gap-1 text-warn">
              <Icon name="pause" />
              {suspendedFor === 'rent' ? words.suspended : words.suspendedByHand}
            </span>
          )}
        </>
      ),
    },
    {
      head: words.ends,
      cell: ({ paidUntil }) =>
        paidUntil === null ? (
          '–'
        ) : (
          <span className="sm:block">
            {endText(paidUntil, language)}
            <span className="ml-2 text-muted sm:ml-0 sm:block">
              <Time at={paidUntil} />
            </span>
          </span>
        ),
    },
    ...(may('operator')
      ? [
          {
            head: '',
            className: 'sm:text-right',
            cell: ({ store, storeName }: Tenant) => (
              <Button aria-label={words.extendStore(storeName)} onClick={() => setExtending(store)}>
                {words.extend}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <Table label={label} columns={columns} rows={tenants} keyOf={({ store }) => store} />
      {chosen && <ExtendDialog tenant={chosen} onClose={() => setExtending(undefined)} />}
    </>
  );
}

/** The day that is paid for last; with the time of day where it does not end at midnight here. */
export function endText(paidUntil: string, language: string): string {
  const at = new Date(paidUntil);
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  if (isMidnight) return new Date(at.getTime() - 1).toLocaleDateString(language, { dateStyle: 'medium' });
  return at.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}
