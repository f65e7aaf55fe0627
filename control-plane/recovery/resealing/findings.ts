/** Why a store's bot.env cannot be used; never a value of it. */
export type Problem =
  | { kind: 'unreadable' }
  /** It lies in a folder of another control plane. */
  | { kind: 'stranger'; message: string }
  /** What one that is written anew has to hold. */
  | { kind: 'needed'; keys: string[] }
  | { kind: 'missing_key'; key: string }
  | { kind: 'invalid_key'; key: string; expected: string }
  | { kind: 'other_store'; store: string }
  | { kind: 'other_bot'; botId: number | null; username: string | null }
  | { kind: 'other_database'; role: string; database: string }
  /** The store's role could not be given the password that is in it. */
  | { kind: 'role'; message: string };

/** What of a store nobody can know any more. */
export type Loss =
  | { kind: 'secret'; name: string }
  | { kind: 'former_bot' }
  | { kind: 'snapshot'; name: string; operationId: string }
  | { kind: 'backup_password'; file: string; why: 'not_here' | 'another' };

export type Note = { kind: 'being_closed' } | { kind: 'under_way'; operationId: string };

export type StoreFinding = {
  store: string;
  /** `rotate`: all of it opens with an older key. `reseal`: out of bot.env. */
  verdict: 'opens' | 'rotate' | 'reseal' | 'bot_env_missing' | 'bot_env_wrong';
  /** How many values are sealed anew. */
  values: number;
  botEnv: string;
  problems: Problem[];
  lost: Loss[];
  notes: Note[];
};
