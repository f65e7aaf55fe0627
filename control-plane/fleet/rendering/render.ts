import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { RuntimeSpec } from '../drivers/driver.ts';
import { envLine } from './env-file.ts';
import { envHelp } from './env-help.ts';

/** A file of a deployment folder. `path` is relative to it, `mode` as in chmod. */
export type DeploymentFile = { path: string; mode: number; content: string };

/** What the files are made from: the spec that the driver gets, so that both make the same container. */
export type DeploymentInput = Omit<RuntimeSpec, 'folder'> & {
  /** The bridge network that stores share. */
  network?: string;
};

export type DeploymentTemplates = Record<'compose' | 'botEnv' | 'run' | 'readme', string>;

/** Where the runtime listens differs between a process and a container: whoever starts it says so, not bot.env. */
const STARTERS_KEYS = new Set(['HOST', 'LISTEN_TELEGRAM_PORT', 'LISTEN_PAKASIR_PORT']);

const TEMPLATES_DIR = join(import.meta.dirname, '..', '..', '..', 'templates');

/** Reads the four templates; done once, at the start. */
export async function loadTemplates(dir = TEMPLATES_DIR): Promise<DeploymentTemplates> {
  const read = (name: string) => readFile(join(dir, `${name}.hbs`), 'utf8');
  const [compose, botEnv, run, readme] = await Promise.all(
    ['compose.yml', 'bot.env', 'run.sh', 'README_TENANT.md'].map(read),
  );
  return { compose: compose!, botEnv: botEnv!, run: run!, readme: readme! };
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
    network: input.network ?? 'lapak',
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
      { path: 'run.sh', mode: 0o755, content: fill(templates.run) },
      { path: 'README_TENANT.md', mode: 0o644, content: fill(templates.readme) },
    ],
  };
}

const handlebars = Handlebars.create();
/** A text as YAML: JSON is YAML, and compose reads `$` as the start of a variable unless it is doubled. */
handlebars.registerHelper('yaml', (value: unknown) => JSON.stringify(String(value)).replaceAll('$', '$$$$'));
/** A text as one word of a POSIX shell. */
handlebars.registerHelper('sh', (value: unknown) => `'${String(value).replaceAll("'", `'\\''`)}'`);
