import { getRouteApi } from '@tanstack/react-router';
import { ScreenHead } from '../../ui/parts.tsx';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';
import { OpenForm } from './form.tsx';
import { Opened } from './opened.tsx';

const route = getRouteApi('/open');

export function OpenStore() {
  const words = useWords(OPEN_STORE);
  const { step = 'bot', opened } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="mx-auto w-full max-w-2xl">
      <ScreenHead title={words.title} />
      {opened === undefined ? (
        <OpenForm
          step={step}
          onStep={(next) => void navigate({ search: { step: next } })}
          onOpened={(operation) => void navigate({ search: { opened: operation }, replace: true })}
        />
      ) : (
        <Opened operation={opened} onAnother={() => void navigate({ search: {} })} />
      )}
    </div>
  );
}
