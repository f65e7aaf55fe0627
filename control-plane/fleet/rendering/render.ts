import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { AppError } from '../../../kernel/errors.ts';
import { EGRESS_PORTS } from '../drivers/docker/network-plan.ts';
import type { RuntimeSpec } from '../drivers/driver.ts';
import type { ByHand } from '../drivers/index.ts';
import { envHelp } from './env-help.ts';

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

/** A file of a deployment folder. `path` is relative to it, `mode` as in chmod. */
export type DeploymentFile = { path: string; mode: number; content: string };

/** What the files are made from: the spec that the driver gets, so that both make the same container. */
export type DeploymentInput = Omit<RuntimeSpec, 'folder'> & {
  /** The bridge network that stores share. */
  network?: string;
  /** Which control plane this is. */
  installation?: string;
  /** How it is started by hand where stores are processes; undefined for containers. */
  process?: ByHand | undefined;
};

export type DeploymentTemplates = Record<'compose' | 'botEnv' | 'run' | 'runProcess' | 'readme', string>;

/** Where the runtime listens differs between a process and a container: whoever starts it says so, not bot.env. */
const STARTERS_KEYS = new Set(['HOST', 'LISTEN_TELEGRAM_PORT', 'LISTEN_PAKASIR_PORT']);

const TEMPLATES_DIR = join(import.meta.dirname, '..', '..', '..', 'templates');

/** Reads the templates; done once, at the start. */
export async function loadTemplates(dir = TEMPLATES_DIR): Promise<DeploymentTemplates> {
  const read = (name: string) => readFile(join(dir, `${name}.hbs`), 'utf8');
  const [compose, botEnv, run, runProcess, readme] = await Promise.all(
    ['compose.yml', 'bot.env', 'run.sh', 'run-process.sh', 'README_TENANT.md'].map(read),
  );
  return { compose: compose!, botEnv: botEnv!, run: run!, runProcess: runProcess!, readme: readme! };
}

/**
 * The files of a store's folder. A pure function of its arguments.
 * @throws AppError BAD_REQUEST for a value that bot.env cannot carry, naming its key
 */
export function renderDeployment(input: DeploymentInput, templates: DeploymentTemplates): { files: DeploymentFile[] } {
  const context = {
    ...input,
    // What was upgraded starts by hand as it runs, also when the name stands for something else by now.
    image: input.imageId ?? input.image,
    network: input.network ?? 'lapak-stores',
    proxyPort: EGRESS_PORTS.proxy,
    process: input.process,
    installation: input.installation,
    heapMb: Math.floor(input.limits.memoryMb * 0.75),
    lines: Object.entries(input.env)
      .filter(([key]) => !STARTERS_KEYS.has(key))
      .map(([key, value]) => envLine(key, value)),
    keys: envHelp(),
  };
  const fill = (template: string) => handlebars.compile(template, { noEscape: true, strict: true })(context);
  return {
    files: [
      { path: 'bot.env', mode: 0o600, content: fill(templates.botEnv) },
      { path: 'compose.yml', mode: 0o644, content: fill(templates.compose) },
      { path: 'run.sh', mode: 0o755, content: fill(input.process ? templates.runProcess : templates.run) },
      { path: 'README_TENANT.md', mode: 0o644, content: fill(templates.readme) },
    ],
  };
}

const handlebars = Handlebars.create();
/** A text as YAML: JSON is YAML, and compose reads `$` as the start of a variable unless it is doubled. */
handlebars.registerHelper('yaml', (value: unknown) => JSON.stringify(String(value)).replaceAll('$', '$$$$'));
/** A text as one word of a POSIX shell. */
handlebars.registerHelper('sh', (value: unknown) => `'${String(value).replaceAll("'", `'\\''`)}'`);
