import { given } from '../../parts/search.ts';
import { useSearch } from '../../router/hooks.ts';
import { useTitle } from '../../shell/title.ts';
import { ScreenHead } from '../../ui/parts.tsx';
import { useWords } from '../../words/language.ts';
import { OPERATION_WORDS } from '../../words/operation.ts';
import { STATES } from '../../words/states.ts';
import { OperationPages } from './pages.tsx';
import { OPERATION_STATES, operationsSearch } from './search.ts';

/** Everything that was done to stores, the newest first. */
export function Operations() {
  const words = useWords(OPERATION_WORDS);
  const states = useWords(STATES);
  const [{ store, state }, setSearch] = useSearch(operationsSearch);
  useTitle(words.list);
  return (
    <>
      <ScreenHead title={words.list}>
        <input
          type="search"
          className="field !w-52"
          aria-label={words.store}
          placeholder={words.store}
          defaultValue={store ?? ''}
          maxLength={32}
          onChange={({ target }) =>
            setSearch((before) => given({ ...before, store: target.value.trim() || undefined }), { replace: true })
          }
        />
        <select
          className="field !w-auto"
          aria-label={words.state}
          value={state ?? ''}
          onChange={({ target }) => {
            const next = OPERATION_STATES.find((known) => known === target.value);
            setSearch((before) => given({ ...before, state: next }), { replace: true });
          }}
        >
          <option value="">{words.anyState}</option>
          {OPERATION_STATES.map((known) => (
            <option key={known} value={known}>
              {states.state[known]}
            </option>
          ))}
        </select>
      </ScreenHead>
      <OperationPages {...{ store, state }} isOfOneStore={false} />
    </>
  );
}
