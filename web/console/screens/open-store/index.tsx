import { useScope } from '../../api/session.ts';
import { useSearch } from '../../router/hooks.ts';
import { Empty, ScreenHead } from '../../ui/parts.tsx';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';
import { OpenForm } from './form.tsx';
import { Opened } from './opened.tsx';
import { openStoreSearch } from './search.ts';

export function OpenStore() {
  const words = useWords(OPEN_STORE);
  const [{ step = 'bot', opened }, setSearch] = useSearch(openStoreSearch);
  const may = useScope();
  return (
    <div className="mx-auto w-full max-w-2xl">
      <ScreenHead title={words.title} />
      {!may('operator') ? (
        <Empty title={words.onlyOperators} />
      ) : opened === undefined ? (
        <OpenForm
          step={step}
          onStep={(next) => setSearch({ step: next })}
          onOpened={(operation) => setSearch({ opened: operation }, { replace: true })}
        />
      ) : (
        <Opened operation={opened} onAnother={() => setSearch({})} />
      )}
    </div>
  );
}
