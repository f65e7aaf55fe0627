import { type Command, InvalidArgumentError } from 'commander';
import { ROUTES, type Tenant } from '../../../control-plane/api/contract/index.ts';
import { type Context, run } from '../../context.ts';
import { EXIT, usageError } from '../../exit.ts';
import { follow, type WaitOption } from '../../follow.ts';
import { storeSlug } from '../../input/parse.ts';
import { rentText } from '../../output/tenant.ts';

type RentOptions = WaitOption & { until?: string; extend?: number; none: boolean };

const DAY_MS = 86_400_000;

export function rentCommand(tenant: Command): void {
  tenant
    .command('rent')
    .argument('<store>', 'name of the store', storeSlug)
    .description('show what a store is paid up to, or change it')
    .option('--until <date>', 'paid to the end of this day, such as 2026-12-31, where the store is', day)
    .option(
      '--extend <days>',
      'so many days more, such as 30d: from the end of the rent, or from now once it stands still',
      days,
    )
    .option('--none', 'no rent: the store is never suspended for it', false)
    .option('--no-wait', 'return at once when the store is resumed by it')
    .addHelpText('after', '\nA store that was suspended for its rent is resumed by itself when the rent is extended.')
    .action(run(rent));
}

async function rent(context: Context, store: string, options: RentOptions) {
  const given = [options.until !== undefined, options.extend !== undefined, options.none].filter(Boolean).length;
  if (given > 1) throw usageError('One of --until, --extend and --none, not several.');
  const { output } = context;
  const client = await context.client();
  const before = await client.call(ROUTES.showTenant, { params: { store } });
  if (given === 0) {
    output.result({ tenant: before }, () => `${store}: ${rentText(before)}`);
    return EXIT.done;
  }
  const paidUntil = options.none ? null : (options.until ?? extended(before, options.extend ?? 0));
  const { operation } = await client.call(ROUTES.updateTenant, { params: { store }, body: { paidUntil } });
  const ended = operation && options.wait ? await follow(context, client, operation) : operation;
  const after = await client.call(ROUTES.showTenant, { params: { store } });
  const resumed = ended?.state === 'succeeded' ? ' It is resumed.' : '';
  output.result({ tenant: after, operation: ended }, () => `${store}: ${rentText(after)}.${resumed}`);
  if (!output.json) for (const line of warnings(after)) output.note(`${output.noteStyle('yellow', '!')} ${line}`);
  return ended?.state === 'failed' ? EXIT.failed : EXIT.done;
}

/** What does not follow from the change, though whoever made it may think so. */
function warnings({ store, paidUntil, desiredState, suspendedFor }: Tenant): string[] {
  const over = paidUntil !== null && Date.parse(paidUntil) <= Date.now() && suspendedFor === null;
  const byHand = desiredState === 'suspended' && suspendedFor !== 'rent';
  return [
    ...(over ? ['That is past: the store is suspended by itself as soon as its days of grace are over.'] : []),
    ...(byHand ? [`It was suspended by hand, and stays so: lapak tenant resume ${store}`] : []),
  ];
}

/** Days of grace were lent, not given; days on which it stood still were neither. */
function extended({ paidUntil, suspendedFor }: Tenant, more: number): string {
  const from = paidUntil === null || suspendedFor === 'rent' ? Date.now() : Date.parse(paidUntil);
  return new Date(from + more * DAY_MS).toISOString();
}

function day(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('Expected a day such as 2026-12-31.');
}

function days(text: string): number {
  const [, digits] = /^(\d{1,4})d?$/.exec(text) ?? [];
  if (Number(digits) > 0) return Number(digits);
  throw new InvalidArgumentError('Expected a number of days such as 30d.');
}
