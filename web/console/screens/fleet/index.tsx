import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { read } from '../../api/query.ts';
import { useTitle } from '../../shell/title.ts';
import { ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { COMMON } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';

const route = getRouteApi('/fleet');

export function Fleet() {
  const words = useWords(COMMON);
  useTitle(words.fleet);
  const { q, state } = route.useSearch();
  const page = useQuery(read('/v1/tenants', { query: { q, state } }));
  return (
    <>
      <ScreenHead title={words.fleet} />
      <Loaded query={page}>
        {({ tenants }) =>
          tenants.map((tenant) => (
            <p key={tenant.store}>
              {tenant.storeName} <StateBadge state={tenant.state} />
            </p>
          ))
        }
      </Loaded>
    </>
  );
}
