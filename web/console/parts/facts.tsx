import type { ReactNode } from 'react';

/** Names with their values, in columns as far as there is room; one without a value is left out. */
export function Facts({ facts }: { facts: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(11rem,100%),1fr))] gap-x-6 gap-y-2">
      {Object.entries(facts).map(
        ([name, value]) =>
          value !== false &&
          value !== null &&
          value !== undefined && (
            <div key={name} className="min-w-0">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
