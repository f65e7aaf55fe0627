import { useQuery } from '@tanstack/react-query';
import { read } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { useParam } from '../../router/hooks.ts';
import { Link } from '../../router/link.tsx';
import { useTitle } from '../../shell/title.ts';
import { ScreenHead } from '../../ui/parts.tsx';
import { BACKUPS } from '../../words/backups.ts';
import { useWords } from '../../words/language.ts';
import { StoreActions } from './actions.tsx';
import { StoreBackups } from './store-backups.tsx';

/** The backups of one store, also of one that was removed. */
export function BackupsOfStore() {
  const words = useWords(BACKUPS);
  const store = useParam('store');
  const may = useScope();
  const { data: tenant } = useQuery(read('/v1/tenants/:store', { params: { store } }));
  const name = tenant?.storeName ?? store;
  useTitle(words.of(name));
  return (
    <>
      <p className="pb-1">
        <Link to="/backups" className="link">
          {words.title}
        </Link>
      </p>
      <ScreenHead title={words.of(name)}>
        {tenant && may('operator') && <StoreActions store={store} storeName={name} backup={{}} />}
      </ScreenHead>
      <StoreBackups store={store} />
    </>
  );
}
