import { Field as FormField } from '../../parts/field.tsx';
import { useWords } from '../../words/language.ts';
import { OPEN_STORE } from '../../words/open-store.ts';
import { type Draft, type Field, MODES, type Refusals, SECRETS } from './draft.ts';

export type FieldsProps = {
  fields: readonly Field[];
  draft: Draft;
  refusals: Refusals;
  onType(field: Field, value: string): void;
};

const NUMBERS: readonly Field[] = ['memoryMb', 'cpus'];

/** Fields of a step, each with what is wrong with it. */
export function Fields({ fields, draft, refusals, onType }: FieldsProps) {
  const words = useWords(OPEN_STORE);
  const refused = (field: Field): string | undefined => {
    const refusal = refusals[field];
    if (!refusal) return undefined;
    return (refusal.code && words.codes[refusal.code]) ?? refusal.detail ?? words.expected[field];
  };
  return fields.map((field) => (
    <FormField key={field} label={words.fields[field]} hint={words.hints[field]} error={refused(field)}>
      {(control) =>
        field === 'mode' ? (
          <select {...control} name={field} value={draft[field]} onChange={({ target }) => onType(field, target.value)}>
            {MODES.map((mode) => (
              <option key={mode}>{mode}</option>
            ))}
          </select>
        ) : (
          <input
            {...control}
            name={field}
            type={SECRETS.includes(field) ? 'password' : 'text'}
            inputMode={NUMBERS.includes(field) ? 'decimal' : 'text'}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={draft[field]}
            onChange={({ target }) => onType(field, target.value)}
          />
        )
      }
    </FormField>
  ));
}
