import { useState } from 'react';
import { Field } from '../../parts/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Button } from '../../ui/parts.tsx';
import { CONFIGURATION_WORDS } from '../../words/configuration.ts';
import { useWords } from '../../words/language.ts';
import type { Variable } from './change.ts';

type EnvironmentProps = {
  env: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, 'set' | 'unset'>>;
  errorOf: ReadonlyMap<string, string>;
  /** What the draft sets and removes. */
  variables: readonly Variable[];
  /** Undefined for whoever may only look. */
  onChange: ((variables: readonly Variable[]) => void) | undefined;
};

/** The variables of bot.env; of a secret it is told only whether it is set. */
export function Environment({ env, secrets, errorOf, variables, onChange }: EnvironmentProps) {
  const words = useWords(CONFIGURATION_WORDS);
  const [text, setText] = useState('');
  const [edited, setEdited] = useState<{ name: string; value: string }>({ name: '', value: '' });
  const drafted = new Map(variables.map((variable) => [variable.name, variable.value]));
  const names = [...new Set([...Object.keys(env), ...Object.keys(secrets), ...drafted.keys()])].sort();
  const put = (name: string, value: string | null) =>
    onChange?.([...variables.filter((variable) => variable.name !== name), { name, value }]);
  const shown = (name: string): string => {
    if (drafted.has(name)) return drafted.get(name) ?? words.removed;
    if (name in secrets) return secrets[name] === 'set' ? words.isSet : words.isUnset;
    return env[name] ?? '';
  };
  return (
    <section className="panel flex min-w-0 flex-col gap-3 p-4" aria-label={words.environment}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="font-mono">{words.environment}</h2>
        <input
          type="search"
          className="field ml-auto !w-48"
          aria-label={words.filter}
          placeholder={words.filter}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      {onChange && (
        <>
          <p className="text-muted">{words.environmentHint}</p>
          <div className="grid items-start gap-2 sm:grid-cols-[16rem_minmax(0,1fr)_auto]">
            <Field label={words.name} error={errorOf.get(edited.name)}>
              {(control) => (
                <input
                  {...control}
                  className="field font-mono"
                  autoComplete="off"
                  spellCheck={false}
                  value={edited.name}
                  onChange={({ target }) => setEdited({ ...edited, name: target.value.toUpperCase() })}
                />
              )}
            </Field>
            <Field label={words.value}>
              {(control) => (
                <input
                  {...control}
                  className="field font-mono"
                  autoComplete="off"
                  spellCheck={false}
                  value={edited.value}
                  onChange={({ target }) => setEdited({ ...edited, value: target.value })}
                />
              )}
            </Field>
            <Button
              className="sm:mt-6"
              disabled={edited.name === ''}
              onClick={() => {
                put(edited.name, edited.value);
                setEdited({ name: '', value: '' });
              }}
            >
              {words.set}
            </Button>
          </div>
        </>
      )}
      <ul>
        {names
          .filter((name) => name.includes(text.trim().toUpperCase()))
          .map((name) => (
            <li
              key={name}
              className="grid items-center gap-x-4 border-line border-t py-1 sm:grid-cols-[16rem_minmax(0,1fr)_auto]"
            >
              <span className="break-all font-mono text-xs">{name}</span>
              <span
                className={`break-all font-mono text-xs ${drafted.has(name) ? 'font-bold text-info' : 'text-muted'}`}
              >
                {drafted.has(name) && <Icon name="back" />} {shown(name)}
                {errorOf.has(name) && <span className="block font-sans text-danger text-sm">{errorOf.get(name)}</span>}
              </span>
              {onChange && (
                <span className="flex">
                  {drafted.has(name) ? (
                    <Button
                      look="quiet"
                      aria-label={words.undo(name)}
                      title={words.undo(name)}
                      onClick={() => onChange(variables.filter((variable) => variable.name !== name))}
                    >
                      <Icon name="back" />
                    </Button>
                  ) : (
                    <>
                      <Button
                        look="quiet"
                        aria-label={words.change(name)}
                        title={words.change(name)}
                        onClick={() => setEdited({ name, value: env[name] ?? '' })}
                      >
                        <Icon name="gear" />
                      </Button>
                      <Button
                        look="quiet"
                        aria-label={words.remove(name)}
                        title={words.remove(name)}
                        onClick={() => put(name, null)}
                      >
                        <Icon name="cross" />
                      </Button>
                    </>
                  )}
                </span>
              )}
            </li>
          ))}
      </ul>
    </section>
  );
}
