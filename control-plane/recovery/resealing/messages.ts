import type { Loss, Note, Problem, StoreFinding } from './findings.ts';
import type { Resealed } from './reseal.ts';

/** What was found or done, for the person at the terminal. Never a secret. Pure. */
export function describe(result: Resealed): string {
  const { stores, done, pending } = result;
  const unresolved = stores.filter(({ verdict }) => verdict.startsWith('bot_env'));
  const lines = [
    ...(done ? doneHead(result) : head(result)),
    ...stores.flatMap((store) => storeLines(store, done)),
    ...restLines(result),
    ...rotationLines(result),
    ...lossLines(result),
  ];
  if (unresolved.length > 0) {
    lines.push('');
    if (unresolved.every(({ verdict }) => verdict === 'bot_env_missing') && unresolved.length === stores.length) {
      lines.push('No store has one: is LAPAK_DEPLOYMENTS the folder that the server works with?');
    }
    lines.push(
      `The server does not start before each store opens: fix ${names(unresolved)} as said above, then run lapak doctor --reseal again.`,
    );
  } else if (done) {
    lines.push('', 'Start the control plane: lapak server. Then back it up: lapak backup control-plane');
  } else if (!pending) {
    lines.push('', 'There is nothing to do.');
  }
  return `${lines.join('\n')}\n`;
}

function head({ key, lostKeys, pending, stores }: Resealed): string[] {
  const at =
    key.id === null ? `There is no master key in ${key.place}.` : `The master key is ${key.id} (${key.place}).`;
  if (stores.every(({ verdict }) => verdict === 'opens') && !pending) {
    if (key.id === null) return [`${at} No store needs one: lapak server makes it.`];
    return [`${at} It opens the secrets of every store.`];
  }
  if (key.id === null && !needsFiles(stores)) {
    const lost = lostKeys.join(', ');
    return [
      `${at} No store needs one, but what is said below to be lost is sealed with ${lost}: look for a copy of it first.`,
      `If it is lost for good, a new key can be made in ${key.place}.`,
      '',
    ];
  }
  if (!needsFiles(stores)) return [`${at} Everything opens, some of it with an older key. To be sealed with this one:`];
  if (lostKeys.length === 0) return [`${at} What is marked below was sealed with it, and was changed since.`];
  const lost = lostKeys.join(', ');
  return [
    key.id === null
      ? `${at} What is marked below was sealed with ${lost}.`
      : `${at} It does not open what is marked below: that was sealed with ${lost}.`,
    '',
    `Look for a copy of ${lost} before you go on: LAPAK_HOME/master.key, also of another LAPAK_HOME, LAPAK_MASTER_KEY in`,
    'a former environment, a password manager. With it in place nothing is lost, and none of this is needed.',
    'If it is lost for good, the secrets that each store has in its bot.env can be sealed with',
    `${key.id === null ? `a new key, which is made in ${key.place}` : `the key ${key.id}`}. Stores go on as they run.`,
    '',
  ];
}

function doneHead({ key, kept }: Resealed): string[] {
  return [
    `The master key is ${key.id} (${key.place})${key.made ? ', made just now' : ''}.`,
    'Copy it away, to two places apart from the backups.',
    ...(kept === null ? [] : [`What did not open is kept, sealed as it was, in ${kept}; delete it when all is well.`]),
    '',
  ];
}

function storeLines({ store, verdict, values, botEnv, problems, notes }: StoreFinding, done: boolean): string[] {
  const many = `${values} sealed ${values === 1 ? 'value' : 'values'}`;
  const extra = [...problems.map(problemText), ...notes.map(noteText)].map((line) => `    ${line}`);
  switch (verdict) {
    case 'opens':
      return [`✓ ${store}: opens, nothing ${done ? 'was' : 'is'} changed`, ...extra];
    case 'rotate':
      return [
        `${done ? '✓' : '·'} ${store}: ${many} of an older key ${done ? 'resealed' : 'to be resealed'}`,
        ...extra,
      ];
    case 'reseal':
      return [`${done ? '✓' : '·'} ${store}: ${many} ${done ? 'resealed' : 'to be resealed'} from ${botEnv}`, ...extra];
    case 'bot_env_missing':
      return [
        `✗ ${store}: ${botEnv} is missing; get it back (docs/operations.md, Lost key), or write a new one`,
        ...extra,
      ];
    case 'bot_env_wrong':
      return [`✗ ${store}: ${botEnv} cannot be used; fix it`, ...extra];
  }
}

function restLines({ rest, done }: Resealed): string[] {
  if (rest.values === 0) return [];
  return [`${done ? '✓' : '·'} of no store: ${rest.values} ${done ? 'resealed' : 'to be resealed'}`];
}

function rotationLines({ stores, done }: Resealed): string[] {
  if (!done || !stores.some(({ verdict }) => verdict === 'rotate')) return [];
  return [
    '',
    'Backups of the control plane that were made before open with the older key only: keep it as long as those.',
  ];
}

function lossLines({ lostKeys, stores, rest }: Resealed): string[] {
  if (lostKeys.length === 0) return [];
  const lost = stores.flatMap((each) => each.lost.map((loss) => `${each.store}: ${lossText(loss)}`));
  for (const [store, backups] of Object.entries(rest.backups)) {
    lost.push(`${store}, which was removed: the passwords of its backups (${backups})`);
  }
  if (rest.answers > 0) {
    lost.push(`answers to requests with an Idempotency-Key (${rest.answers}), which are kept for a day`);
  }
  lost.push('the backups of the control plane that were made with it: their password follows from it');
  return ['', `Lost with the key ${lostKeys.join(', ')}:`, ...lost.map((line) => `- ${line}`)];
}

const needsFiles = (stores: readonly StoreFinding[]) =>
  stores.some(({ verdict }) => verdict === 'reseal' || verdict.startsWith('bot_env'));

const names = (stores: readonly StoreFinding[]) => stores.map(({ store }) => store).join(', ');

/** What was found or done, for a program: findings as a person reads them. Pure. */
export function toJson(result: Resealed): object {
  const stores = result.stores.map((store) => ({
    ...store,
    problems: store.problems.map(problemText),
    lost: store.lost.map(lossText),
    notes: store.notes.map(noteText),
  }));
  return { ...result, stores };
}

function problemText(problem: Problem): string {
  switch (problem.kind) {
    case 'unreadable':
      return 'it cannot be read, or is no env file';
    case 'stranger':
      return problem.message;
    case 'needed':
      return `needed in it: ${problem.keys.join(', ')}`;
    case 'missing_key':
      return `${problem.key}: is missing`;
    case 'invalid_key':
      return `${problem.key}: expected ${problem.expected}`;
    case 'other_store':
      return `STORE_SLUG: expected ${problem.store}; it is of another store`;
    case 'other_bot':
      return `TELEGRAM_BOT_TOKEN: expected a token of @${problem.username} (${problem.botId}); it is of another bot`;
    case 'other_database':
      return `DATABASE_URL: expected postgres://${problem.role}:<password>@<host>:<port>/${problem.database}`;
    case 'role':
      return problem.message;
  }
}

function lossText(loss: Loss): string {
  switch (loss.kind) {
    case 'secret':
      return loss.name;
    case 'former_bot':
      return 'the token of its former bot, whose webhook is still to be deleted: revoke it at @BotFather';
    case 'snapshot':
      return `${loss.name} as operation ${loss.operationId} found it`;
    case 'backup_password':
      return loss.why === 'not_here'
        ? `the password of ${loss.file}, until that file is here to be asked`
        : `the password of ${loss.file}, which is another one than that of now`;
  }
}

function noteText(note: Note): string {
  return note.kind === 'being_closed'
    ? 'it is being closed: what does not open is dropped'
    : `operation ${note.operationId} was changing it: if it was to set a secret, set that once more`;
}
