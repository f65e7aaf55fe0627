import { type FormEvent, useState } from 'react';
import { Field } from '../../parts/field.tsx';
import { useSearch } from '../../router/hooks.ts';
import { useTitle } from '../../shell/title.ts';
import { Button, ScreenHead } from '../../ui/parts.tsx';
import { AUDIT } from '../../words/audit.ts';
import { useWords } from '../../words/language.ts';
import { AuditList, isDay } from './audit-list.tsx';
import { type AuditSearch, auditSearch } from './search.ts';

/** Who changed what. The filters are in the address. */
export function Audit() {
  const words = useWords(AUDIT);
  useTitle(words.title);
  const [search, setSearch] = useSearch(auditSearch);
  return (
    <>
      <ScreenHead title={words.title} />
      <p className="pb-3 text-muted">{words.about}</p>
      <Filters key={JSON.stringify(search)} search={search} onFilter={(next) => setSearch(next)} />
      <AuditList filter={search} />
    </>
  );
}

const FILTERS = ['store', 'actor', 'target', 'since'] as const;

function Filters({ search, onFilter }: { search: AuditSearch; onFilter(search: AuditSearch): void }) {
  const words = useWords(AUDIT);
  const [typed, setTyped] = useState<AuditSearch>(search);
  const [isLooked, setLooked] = useState(search.since !== undefined);
  const isWrong = (typed.since ?? '') !== '' && !isDay(typed.since ?? '');
  const help = { store: words.storeHelp, actor: words.actorHelp, target: words.targetHelp, since: undefined };
  function submit(event: FormEvent): void {
    event.preventDefault();
    setLooked(true);
    if (!isWrong) onFilter(auditSearch(typed));
  }
  return (
    <form onSubmit={submit} noValidate className="panel mb-4 grid gap-3 p-3 sm:grid-cols-2 lg:grid-cols-4">
      {FILTERS.map((name) => (
        <Field
          key={name}
          label={words[name]}
          error={name === 'since' && isLooked && isWrong ? words.wrongSince : undefined}
        >
          {(control) => (
            <input
              {...control}
              type={name === 'since' ? 'date' : 'text'}
              autoComplete="off"
              placeholder={help[name]}
              maxLength={100}
              value={typed[name] ?? ''}
              onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
            />
          )}
        </Field>
      ))}
      <div className="flex flex-wrap gap-2 sm:col-span-full">
        <Button type="submit" look="main">
          {words.filter}
        </Button>
        {Object.keys(search).length > 0 && <Button onClick={() => onFilter({})}>{words.clear}</Button>}
      </div>
    </form>
  );
}
