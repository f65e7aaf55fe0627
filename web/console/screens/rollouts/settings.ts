import type { StartRolloutRequest } from '../../../../control-plane/api/contract/index.ts';

export type SettingsChange = Extract<StartRolloutRequest['change'], { kind: 'configuration' }>;

/** A line of the form: a variable of bot.env that is set, or removed. */
export type VariableLine = { id: number; name: string; value: string; isRemoved: boolean };

/** What is to change of many stores, as it was typed; what is empty stays as each store has it. */
export type Settings = { variables: readonly VariableLine[] } & Record<Limit, string>;

export const LIMITS = ['memoryMb', 'cpus', 'pids'] as const;
export type Limit = (typeof LIMITS)[number];

export const NO_SETTINGS: Settings = {
  variables: [{ id: 0, name: '', value: '', isRemoved: false }],
  memoryMb: '',
  cpus: '',
  pids: '',
};

/** The request; undefined while nothing was asked for. */
export function changeOf(settings: Settings): SettingsChange | undefined {
  const env = Object.fromEntries(
    settings.variables
      .filter(({ name }) => name.trim() !== '')
      .map(({ name, value, isRemoved }) => [name.trim(), isRemoved ? null : value]),
  );
  const limits = Object.fromEntries(
    LIMITS.flatMap((limit) => (settings[limit].trim() === '' ? [] : [[limit, Number(settings[limit])]])),
  );
  const hasEnv = Object.keys(env).length > 0;
  const hasLimits = Object.keys(limits).length > 0;
  if (!hasEnv && !hasLimits) return undefined;
  return { kind: 'configuration', ...(hasEnv && { env }), ...(hasLimits && { limits }) };
}

/** A store as it is now. */
export type StoreSettings = { env: Readonly<Record<string, string>>; limits: Readonly<Record<Limit, number>> };

/** One line of what changes: the values that stores have now with how many have each, the most frequent first. */
export type SettingsDifference = {
  field: string;
  before: readonly { value: string | null; stores: number }[];
  after: string | null;
};

export function settingsDifferences(change: SettingsChange, stores: readonly StoreSettings[]): SettingsDifference[] {
  const { env = {}, limits = {} } = change;
  return [
    ...Object.entries(env).map(([field, after]) => ({
      field,
      before: counted(stores.map((store) => store.env[field] ?? null)),
      after,
    })),
    ...LIMITS.flatMap((field) => {
      const after = limits[field];
      if (after === undefined) return [];
      return [{ field, before: counted(stores.map((store) => String(store.limits[field]))), after: String(after) }];
    }),
  ];
}

function counted(values: readonly (string | null)[]): SettingsDifference['before'] {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, stores]) => ({ value, stores })).sort((a, b) => b.stores - a.stores);
}
