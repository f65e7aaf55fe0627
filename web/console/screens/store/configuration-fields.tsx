import { Field } from '../../parts/field.tsx';
import { CONFIGURATION_WORDS, type FieldName } from '../../words/configuration.ts';
import { useWords } from '../../words/language.ts';
import type { Draft } from './change.ts';

type ConfigurationFieldsProps = {
  draft: Draft;
  secrets: Readonly<Record<string, 'set' | 'unset'>>;
  errorOf: ReadonlyMap<string, string>;
  onChange(part: Partial<Draft>): void;
};

/** The variable of bot.env that holds a secret, which tells whether it is set. */
const SECRET_OF = {
  telegramBotToken: 'TELEGRAM_BOT_TOKEN',
  pakasirApiKey: 'PAKASIR_API_KEY',
  pakasirWebhookSecret: 'PAKASIR_WEBHOOK_SECRET',
} as const;

const MODES = ['auto', 'polling', 'webhook'] as const;

export function ConfigurationFields({ draft, secrets, errorOf, onChange }: ConfigurationFieldsProps) {
  const words = useWords(CONFIGURATION_WORDS);
  const input = (
    name: Exclude<FieldName, 'mode'>,
    more: { hint?: string; type?: string; min?: string; step?: string } = {},
  ) => {
    const { hint, ...attributes } = more;
    return (
      <Field key={name} label={words.field[name]} hint={hint} error={errorOf.get(name)}>
        {(control) => (
          <input
            {...control}
            {...attributes}
            autoComplete="off"
            spellCheck={false}
            value={draft[name]}
            onChange={({ target }) => onChange({ [name]: target.value })}
          />
        )}
      </Field>
    );
  };
  const secret = (name: keyof typeof SECRET_OF) =>
    input(name, { type: 'password', hint: secrets[SECRET_OF[name]] === 'set' ? words.keepSecret : words.notSet });
  return (
    <>
      <Group title={words.shop}>
        {input('storeName')}
        {input('adminIds', { hint: words.listHint })}
        {input('ownerIds', { hint: words.listHint })}
        <Field label={words.field.mode} error={errorOf.get('mode')}>
          {(control) => (
            <select
              {...control}
              value={draft.mode}
              onChange={({ target }) => onChange({ mode: MODES.find((mode) => mode === target.value) ?? 'auto' })}
            >
              {MODES.map((mode) => (
                <option key={mode}>{mode}</option>
              ))}
            </select>
          )}
        </Field>
        {input('pakasirSlug')}
      </Group>
      <Group title={words.limits}>
        {input('memoryMb', { type: 'number', min: '64' })}
        {input('cpus', { type: 'number', min: '0.05', step: '0.05' })}
        {input('pids', { type: 'number', min: '16' })}
      </Group>
      <Group title={words.secrets}>
        {secret('telegramBotToken')}
        {secret('pakasirApiKey')}
        {secret('pakasirWebhookSecret')}
      </Group>
    </>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset className="panel min-w-0 p-4">
      <legend className="float-left w-full pb-3 font-semibold">{title}</legend>
      <div className="clear-both grid gap-x-4 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">{children}</div>
    </fieldset>
  );
}
