import { Field } from '../../parts/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Button } from '../../ui/parts.tsx';
import { CONFIGURATION_WORDS } from '../../words/configuration.ts';
import { useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import { LIMITS, type Settings, type VariableLine } from './settings.ts';

/** As the contract has them. */
const BOUNDS = {
  memoryMb: { min: 64, max: 65_536, step: 1 },
  cpus: { min: 0.05, max: 64, step: 0.05 },
  pids: { min: 16, max: 4096, step: 1 },
} as const;

type SettingsFieldsProps = { settings: Settings; onChange(settings: Settings): void };

/** Variables of bot.env and limits that all chosen stores are given. */
export function SettingsFields({ settings, onChange }: SettingsFieldsProps) {
  const words = useWords(ROLLOUTS);
  const names = useWords(CONFIGURATION_WORDS);
  const { variables } = settings;
  const put = (id: number, part: Partial<VariableLine>) =>
    onChange({ ...settings, variables: variables.map((line) => (line.id === id ? { ...line, ...part } : line)) });
  const add = () => {
    const id = Math.max(0, ...variables.map((line) => line.id)) + 1;
    onChange({ ...settings, variables: [...variables, { id, name: '', value: '', isRemoved: false }] });
  };
  return (
    <>
      <p className="text-muted">{words.settingsHelp}</p>
      <fieldset className="flex min-w-0 flex-col gap-3">
        <legend className="pb-2 font-mono font-semibold">{names.environment}</legend>
        {variables.map((line) => (
          <Line
            key={line.id}
            line={line}
            onChange={(part) => put(line.id, part)}
            onDrop={
              variables.length > 1
                ? () => onChange({ ...settings, variables: variables.filter(({ id }) => id !== line.id) })
                : undefined
            }
          />
        ))}
        <div>
          <Button onClick={add}>{words.addVariable}</Button>
        </div>
      </fieldset>
      <fieldset className="min-w-0">
        <legend className="pb-2 font-semibold">{names.limits}</legend>
        <div className="grid gap-3 sm:grid-cols-3">
          {LIMITS.map((limit) => (
            <Field key={limit} label={names.field[limit]}>
              {(control) => (
                <input
                  {...control}
                  {...BOUNDS[limit]}
                  type="number"
                  placeholder={words.asItIs}
                  value={settings[limit]}
                  onChange={({ target }) => onChange({ ...settings, [limit]: target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      </fieldset>
    </>
  );
}

type LineProps = { line: VariableLine; onChange(part: Partial<VariableLine>): void; onDrop: (() => void) | undefined };

function Line({ line: { name, value, isRemoved }, onChange, onDrop }: LineProps) {
  const words = useWords(ROLLOUTS);
  const names = useWords(CONFIGURATION_WORDS);
  return (
    <div className="grid items-start gap-x-2 gap-y-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
      <Field label={names.name}>
        {(control) => (
          <input
            {...control}
            className="field font-mono"
            pattern="[A-Z][A-Z0-9_]{0,63}"
            title={words.variableName}
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={({ target }) => onChange({ name: target.value.toUpperCase() })}
          />
        )}
      </Field>
      <Field label={names.value}>
        {(control) => (
          <input
            {...control}
            className="field font-mono"
            autoComplete="off"
            spellCheck={false}
            disabled={isRemoved}
            placeholder={isRemoved ? names.removed : undefined}
            value={isRemoved ? '' : value}
            onChange={({ target }) => onChange({ value: target.value })}
          />
        )}
      </Field>
      {onDrop && (
        <Button
          look="quiet"
          className="sm:mt-6"
          aria-label={words.dropVariable(name)}
          title={words.dropVariable(name)}
          onClick={onDrop}
        >
          <Icon name="cross" />
        </Button>
      )}
      <label className="col-start-1 flex items-center gap-2 sm:col-span-2">
        <input
          type="checkbox"
          className="size-5 accent-accent"
          checked={isRemoved}
          onChange={({ target }) => onChange({ isRemoved: target.checked })}
        />
        {words.removeVariable}
      </label>
    </div>
  );
}
