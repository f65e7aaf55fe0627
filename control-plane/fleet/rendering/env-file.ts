import { AppError } from '../../../kernel/errors.ts';

/** Needs no quotes for any of the readers. */
const BARE = /^[A-Za-z0-9_.,:/@%+=-]*$/;
/** What a shell reads as itself within double quotes. */
const PLAIN_IN_DOUBLE = /^[^"$`\\]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * One line of an env file. Node's `parseEnv` reads it; so do compose's `env_file` and a shell, with the same result,
 * wherever one notation suits all of them. None does for a `'` together with `"`, `$`, `\` or a backtick: such a value
 * is written for Node, which is what reads bot.env.
 * @throws AppError BAD_REQUEST for a control character or newline, or for all three kinds of quotes in one value
 */
export function envLine(key: string, value: string): string {
  if (!/^[A-Z][A-Z0-9_]*$/.test(key)) throw new AppError('BAD_REQUEST', `${key} is not the name of a variable.`);
  if (CONTROL.test(value)) {
    throw new AppError('BAD_REQUEST', `${key} holds a newline or another control character; write it on one line.`);
  }
  return `${key}=${quoted(key, value)}`;
}

function quoted(key: string, value: string): string {
  if (BARE.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  if (PLAIN_IN_DOUBLE.test(value)) return `"${value}"`;
  // Node turns \n into a newline within double quotes, and within them only.
  if (!value.includes('"') && !value.includes('\\n')) return `"${value}"`;
  if (!value.includes('`')) return `\`${value}\``;
  throw new AppError('BAD_REQUEST', `${key} holds ', " and \` at once, which an env file cannot carry; leave one out.`);
}
