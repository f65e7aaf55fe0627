import { lazy, Suspense, useState } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { useScope } from '../../api/session.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { Link } from '../../router/link.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Button } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { useLanguage, useWords } from '../../words/language.ts';
import { RENT } from '../../words/rent.ts';
import { endText } from './terms.ts';

// Loaded when first wanted: the list is seen without it.
const ExtendDialog = lazy(async () => ({ default: (await import('./extend-dialog.tsx')).ExtendDialog }));

/** Stores, what they are paid until, and the button to extend that. */
export function RentTable({ label, tenants }: { label: string; tenants: readonly Tenant[] }) {
  const words = useWords(RENT);
  const language = useLanguage();
  const may = useScope();
  const [extending, setExtending] = useState<string>();
  const chosen = tenants.find(({ store }) => store === extending);
  const columns: Column<Tenant>[] = [
    {
      head: words.store,
      className: 'sm:w-1/2',
      cell: ({ store, storeName, suspendedFor }) => (
        <>
          <Link to="/stores/:store" params={{ store }} className="link break-words font-medium">
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
      className: 'sm:w-[35%]',
      cell: ({ paidUntil }) =>
        paidUntil === null ? (
          '–'
        ) : (
          <span className="block">
            {endText(paidUntil, language)}
            <span className="block text-muted">
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
      {chosen && (
        <Suspense>
          <ExtendDialog tenant={chosen} onClose={() => setExtending(undefined)} />
        </Suspense>
      )}
    </>
  );
}
