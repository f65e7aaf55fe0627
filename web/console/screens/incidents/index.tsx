import { useSearch } from '../../router/hooks.ts';
import { useTitle } from '../../shell/title.ts';
import { ScreenHead } from '../../ui/parts.tsx';
import { INCIDENTS } from '../../words/incidents.ts';
import { useWords } from '../../words/language.ts';
import { IncidentList } from './incident-list.tsx';
import { incidentsSearch, SHOWN } from './search.ts';

/** The inbox: what is wrong now, and what was. */
export function Incidents() {
  const words = useWords(INCIDENTS);
  useTitle(words.title);
  const [{ show = 'open', store }, setSearch] = useSearch(incidentsSearch);
  return (
    <>
      <ScreenHead title={words.title}>
        <fieldset className="flex gap-1">
          <legend className="sr-only">{words.which}</legend>
          {SHOWN.map((each) => (
            <label
              key={each}
              className="cursor-pointer rounded-md border border-edge px-3 py-1 font-medium has-checked:border-transparent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
            >
              <input
                type="radio"
                name="show"
                className="sr-only"
                checked={show === each}
                onChange={() => setSearch({ show: each, ...(store && { store }) })}
              />
              {words[each]}
            </label>
          ))}
        </fieldset>
      </ScreenHead>
      {store && (
        <p className="pb-3">
          {words.store}: <span className="font-mono">{store}</span>{' '}
          <button type="button" className="link underline" onClick={() => setSearch({ show })}>
            {words.all}
          </button>
        </p>
      )}
      <IncidentList show={show} {...(store && { store })} />
    </>
  );
}
