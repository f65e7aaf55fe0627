import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { StartRolloutRequest } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { written } from '../../ui/numbers.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { CONFIGURATION_WORDS, type FieldName } from '../../words/configuration.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import { Side } from '../store/review.tsx';
import { type SettingsChange, type SettingsDifference, settingsDifferences } from './settings.ts';

/** Stores whose settings of now are read. */
const READ = 10;

type SettingsReviewProps = { change: SettingsChange; target: StartRolloutRequest['target']; total: number };

/** What stores have now beside what they will have. Of many stores the first ones are looked at. */
export function SettingsReview({ change, target, total }: SettingsReviewProps) {
  const words = useWords(ROLLOUTS);
  const names = useWords(CONFIGURATION_WORDS);
  const language = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const query =
    'stores' in target ? { stores: target.stores.slice(0, READ).join(',') } : { state: target.states?.join(',') };
  const list = useQuery(read('/v1/tenants', { query: { ...query, limit: READ } }));
  const tenants = list.data?.tenants ?? [];
  const configurations = useQueries({
    queries: tenants.map(({ store }) => read('/v1/tenants/:store/config', { params: { store } })),
  });
  const error = list.error ?? configurations.find((each) => each.error)?.error;
  const stores = tenants.flatMap(({ limits }, at) => {
    const env = configurations[at]?.data?.env;
    return env ? [{ env, limits }] : [];
  });
  const isField = (name: string): name is FieldName => name in names.field;
  const valueText = (value: string | null) => (value === null ? names.nothing : value === '' ? '""' : value);
  const beforeText = (before: SettingsDifference['before']) =>
    before.length === 1
      ? valueText(before[0]?.value ?? null)
      : before.map(({ value, stores: count }) => `${valueText(value)} (${written(count, language)})`).join(' · ');
  return (
    <section aria-label={names.reviewTitle} className="flex flex-col gap-2">
      <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
        {names.reviewTitle}
      </h3>
      {error && <ProblemView error={error} />}
      {!error && (list.isLoading || stores.length < tenants.length) ? (
        <Skeleton />
      ) : (
        <dl className="flex flex-col">
          {settingsDifferences(change, stores).map(({ field, before, after }) => (
            <div key={field} className="grid gap-x-4 border-line border-t py-2 sm:grid-cols-[14rem_minmax(0,1fr)]">
              <dt className="break-all font-medium">{isField(field) ? names.field[field] : field}</dt>
              <dd className="min-w-0 font-mono text-xs">
                {before.length > 0 && (
                  <Side sign="−" label={names.before} tone="text-danger">
                    {beforeText(before)}
                  </Side>
                )}
                <Side sign="+" label={names.after} tone="text-accent">
                  {after ?? names.removed}
                </Side>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {stores.length > 0 && stores.length < total && (
        <p className="text-muted">{words.looked(written(stores.length, language), written(total, language))}</p>
      )}
      <p>{words.settingsText}</p>
    </section>
  );
}
