import { type Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { ROUTES, StartRolloutRequest, TENANT_STATES } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { usageError } from '../../exit.ts';
import type { WaitOption } from '../../follow.ts';
import { finishRollout } from '../../follow-rollout.ts';
import { oneOrMore, setting, settingKey, storeSlug, wholeNumber } from '../../input/parse.ts';
import { checked, cpusOption, environmentWith, limitsOf, memoryOption } from '../tenant/settings.ts';

type ChangeOptions = {
  image?: string | true;
  withoutBackup?: boolean;
  set?: Record<string, string>;
  unset?: string[];
  memory?: number;
  cpus?: number;
  restart?: boolean;
  backup?: boolean;
  suspend?: boolean;
  reason?: string;
  resume?: boolean;
};
type TargetOptions = { all?: boolean; state?: string };
type CourseOptions = { canary?: number; bake?: number; waves?: number[]; perMachine?: number; maxFailures?: number };
type StartOptions = ChangeOptions & TargetOptions & CourseOptions & WaitOption;
type Request = z.input<typeof StartRolloutRequest>;

const ABOUT = `
Give one change: --image, settings (--set, --unset, --memory, --cpus), --restart, --backup, --suspend or --resume.
The canary must succeed whole and serve well for --bake seconds; then come the waves. It halts by itself when the canary
fails, or more stores than --max-failures; then fix the cause and resume it, revert it or abort it.
For example: lapak rollout start --image lapak/tenant-runtime:1.3 --all --canary 2 --waves 10,50`;

export function startCommand(rollout: Command): void {
  rollout
    .command('start')
    .argument('[stores...]', 'names of the stores', slugs)
    .description('change many stores')
    .option('--image [image]', 'upgrade to this image, or to that of the control plane')
    .option('--without-backup', 'with --image: take no backup first')
    .option('--set <KEY=VALUE>', 'a setting of bot.env (may be repeated); no secrets', setting)
    .option('--unset <KEY>', 'a setting of bot.env to go back to its default (may be repeated)', settingKey)
    .addOption(memoryOption())
    .addOption(cpusOption())
    .option('--restart', 'restart them')
    .option('--backup', 'back them up')
    .option('--suspend', 'suspend them')
    .option('--reason <text>', 'with --suspend: why; the sellers read it too')
    .option('--resume', 'resume those that are suspended')
    .option('--all', 'every open store, in place of names')
    .option(
      '--state <states>',
      `with --all: only stores in these states: ${TENANT_STATES.join(', ')}`,
      oneOrMore(TENANT_STATES),
    )
    .option('--canary <n>', 'stores of the first wave (1)', wholeNumber(0, 100))
    .option('--bake <seconds>', 'time that the canary must serve well (30)', wholeNumber(0, 86_400))
    .option('--waves <percents>', 'sizes of the next waves, in per cent of all (10,50)', percents)
    .option('--per-machine <n>', 'stores at work at one time on one machine (4)', wholeNumber(1, 50))
    .option('--max-failures <n>', 'failures after the canary that are borne (2)', wholeNumber(0, 1000))
    .option('--no-wait', 'return at once; the rollout goes on')
    .addHelpText('after', ABOUT)
    .action(run(start));
}

async function start(context: Context, stores: string[], options: StartOptions) {
  const request: Request = {
    change: changeOf(options),
    target: targetOf(stores, options),
    canary: options.canary,
    bakeSeconds: options.bake,
    waves: options.waves,
    perMachine: options.perMachine,
    maxFailures: options.maxFailures,
  };
  const body = checked(StartRolloutRequest, request);
  const client = await context.client();
  return finishRollout(context, client, await client.call(ROUTES.startRollout, { body }), options);
}

/** The one change that the options name. @throws CliError (usage) for none, or several */
function changeOf(options: ChangeOptions): Request['change'] {
  const { image, withoutBackup, reason } = options;
  const limits = limitsOf(options);
  const env = environmentWith(options.set, options.unset);
  const changes: Request['change'][] = [
    ...(image === undefined
      ? []
      : [{ kind: 'image' as const, image: image === true ? undefined : image, withoutBackup }]),
    ...(env || limits ? [{ kind: 'configuration' as const, env, limits }] : []),
    ...(options.restart ? [{ kind: 'restart' as const }] : []),
    ...(options.backup ? [{ kind: 'backup' as const }] : []),
    ...(options.suspend ? [{ kind: 'suspend' as const, reason }] : []),
    ...(options.resume ? [{ kind: 'resume' as const }] : []),
  ];
  const [change, ...others] = changes;
  if (change === undefined || others.length > 0) {
    throw usageError(
      'Give one change: --image, settings, --restart, --backup, --suspend or --resume.',
      [],
      ['For example: lapak rollout start --image lapak/tenant-runtime:1.3 --all'],
    );
  }
  if (withoutBackup && change.kind !== 'image') throw usageError('--without-backup goes with --image.');
  if (reason !== undefined && change.kind !== 'suspend') throw usageError('--reason goes with --suspend.');
  return change;
}

function targetOf(stores: string[], { all, state }: TargetOptions): Request['target'] {
  if (stores.length > 0 === (all === true)) {
    throw usageError('Give the names of stores, or --all.', [], ['For example: lapak rollout start --restart --all']);
  }
  if (!all && state !== undefined) throw usageError('--state goes with --all.');
  if (!all) return { stores };
  const states = state?.split(',');
  return { all: true, states: states && TENANT_STATES.filter((each) => states.includes(each)) };
}

const slugs = (text: string, soFar: string[] = []): string[] => [...soFar, storeSlug(text)];

/** `10,50` → [10, 50] */
function percents(text: string): number[] {
  const numbers = text === '' ? [] : text.split(',').map((part) => Number(part.trim()));
  const fits = numbers.every((each, at) => Number.isInteger(each) && each >= (numbers[at - 1] ?? 1) && each <= 100);
  if (fits && numbers.length <= 10) return numbers;
  throw new InvalidArgumentError(
    'Expected up to 10 numbers from 1 to 100, none smaller than the one before, such as 10,50.',
  );
}
