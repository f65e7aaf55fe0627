import { useSearch } from '../../router/hooks.ts';
import { ScreenHead } from '../../ui/parts.tsx';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';
import { OpenForm } from './form.tsx';
import { Opened } from './opened.tsx';
import { openStoreSearch } from './search.ts';

export function OpenStore() {
  const words = useWords(OPEN_STORE);
  const [{ step = 'bot', opened }, setSearch] = useSearch(openStoreSearch);
  return (
    <div className="mx-auto w-full max-w-2xl">
      <ScreenHead title={words.title} />
      {opened === undefined ? (
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
