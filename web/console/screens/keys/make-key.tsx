import { type FormEvent, useState } from 'react';
import type { ApiKeyCreated, KeyScope } from '../../../../control-plane/api/contract/index.ts';
import { KEY_SCOPES } from '../../../../control-plane/api/contract/scopes.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useAction } from '../../api/query.ts';
import { Field } from '../../parts/field.tsx';
import { Button } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { KEYS } from '../../words/keys.ts';
import { useWords } from '../../words/language.ts';

const MOST_DAYS = 3650;

type MakeKeyProps = { onMade(key: ApiKeyCreated): void; onCancel(): void };

/** Asks what a new key is for and what it may do. */
export function MakeKey({ onMade, onCancel }: MakeKeyProps) {
  const words = useWords(KEYS);
  const [name, setName] = useState('');
  const [scope, setScope] = useState<KeyScope>('viewer');
  const [days, setDays] = useState('');
  const [isLooked, setLooked] = useState(false);
  const make = useAction('POST', '/v1/api-keys', { onSuccess: onMade });
  const expiresInDays = days.trim() === '' ? undefined : Number(days);
  const wrongDays =
    expiresInDays !== undefined &&
    !(Number.isInteger(expiresInDays) && expiresInDays >= 1 && expiresInDays <= MOST_DAYS);
  const wrongName = name.trim() === '' || name.trim().length > 64;
  const refused = make.error instanceof ApiProblem ? make.error.errors : new Map<string, string>();

  function submit(event: FormEvent): void {
    event.preventDefault();
    setLooked(true);
    if (wrongName || wrongDays || make.isPending) return;
    make.mutate({ body: { name: name.trim(), scope, ...(expiresInDays !== undefined && { expiresInDays }) } });
  }

  return (
    <form noValidate onSubmit={submit} className="panel flex max-w-2xl flex-col gap-4 p-4" aria-label={words.make}>
      <h2>{words.make}</h2>
      <Field
        label={words.name}
        hint={words.nameHelp}
        error={refused.get('/name') ?? (isLooked && wrongName ? words.nameWrong : undefined)}
      >
        {(control) => (
          <input {...control} autoComplete="off" value={name} onChange={({ target }) => setName(target.value)} />
        )}
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-1 font-medium">{words.scope}</legend>
        {KEY_SCOPES.map((each, index) => (
          <label key={each} className="flex items-start gap-2">
            <input
              type="radio"
              name="scope"
              className="mt-1 accent-accent"
              checked={scope === each}
              onChange={() => setScope(each)}
            />
            <span>
              <span className="font-medium">{words.scopes[each]}</span>
              <span className="block text-muted">
                {index > 0 &&
                  `${words.includes(
                    KEY_SCOPES.slice(0, index)
                      .map((less) => words.scopes[less])
                      .join(', '),
                  )} `}
                {words.meaning[each]}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field
        label={words.expires}
        hint={words.expiresHelp}
        error={refused.get('/expiresInDays') ?? (isLooked && wrongDays ? words.expiresWrong : undefined)}
      >
        {(control) => (
          <input
            {...control}
            className="field max-w-32"
            inputMode="numeric"
            autoComplete="off"
            value={days}
            onChange={({ target }) => setDays(target.value)}
          />
        )}
      </Field>
      {make.error && refused.size === 0 && <ProblemView error={make.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel} disabled={make.isPending}>
          {words.cancel}
        </Button>
        <Button type="submit" look="main" aria-disabled={make.isPending}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}
