import { formatRupiah } from '../../../kernel/money.ts';
import { factText, type HealthFact } from '../health/index.ts';
import type { DiskSpace, Fact, Finding, LoadSeen, OmittedLoad, TestOrder, WebhookSeen } from './findings.ts';

/** A finding in words; `remedy` says how to fix it. */
export type Sentences = { found: string; remedy?: string };

const READ_LOG = 'Read its log: lapak tenant logs.';
const RESTART = 'Restart the store: lapak tenant restart.';
const CHECK_KEY = 'Check PAKASIR_PROJECT_SLUG and PAKASIR_API_KEY: lapak tenant config set.';
const BUY_FIRST = 'Read its log: lapak tenant logs. Then buy something yourself, before customers do.';
const UPGRADE = 'Upgrade the store and rehearse again, or buy something yourself.';
const LOOK = 'Look at lapak health and at the log of the control plane.';

/** What to do when a check fails before it has found anything. */
const REMEDIES: Readonly<Record<string, string>> = {
  token: 'Set a token that @BotFather gave: lapak tenant config set.',
  updates: 'Look at Telegram and at the runtime: lapak health, lapak tenant logs.',
  ports: RESTART,
  'time zone': 'Set BOT_TIMEZONE to a name such as Asia/Jakarta: lapak tenant config set.',
  'free space': 'Look at the disk that the folder of the store lies on.',
  'unpaid payment': 'Look whether the payment gateway answers, then rehearse again.',
  'paid payment': 'Look whether the payment gateway answers, then rehearse again.',
  backup: 'Look at the disk and at lapak doctor, then: lapak backup create.',
  restore: 'This backup would not bring the store back. Make another: lapak backup create, lapak backup drill.',
  alert: LOOK,
  'memory and disk': LOOK,
  kill: 'Start the store again: lapak tenant restart. What waited is in its database.',
};

/** The finding of a check as the detail of its step: its result, what was found, and how to fix it. Pure. */
export function findingText(check: string, finding: Finding): string {
  const { found, remedy } = sentencesOf(check, finding);
  return `${finding.result}: ${found}${remedy === undefined ? '' : ` To fix: ${remedy}`}`;
}

/** Pure. */
export function sentencesOf(check: string, { result, fact }: Finding): Sentences {
  const { found, remedy } = describe(fact, REMEDIES[check] ?? LOOK);
  return remedy === undefined || result === 'ok' ? { found } : { found, remedy };
}

function describe(fact: Fact, remedy: string): Sentences {
  switch (fact.kind) {
    case 'fault':
      return { found: `${fact.message}${fact.code === undefined ? '' : ` (${fact.code})`}`, remedy };
    case 'too_slow':
      return { found: `not done within ${fact.seconds} seconds`, remedy };
    case 'own_token':
      return { found: `Telegram knows it as @${fact.username}, the bot of this store` };
    case 'other_token': {
      const found = `it is the token of another bot, @${fact.username}`;
      return { found, remedy: 'Set the token of the bot that belongs here.' };
    }
    case 'updates_fetched':
      return { found: `fetched by the store itself: ${fact.intake}; ${waiting(fact.waiting)}` };
    case 'updates_missing':
      return { found: fact.reason ?? 'it reports nothing of its updates', remedy: READ_LOG };
    case 'webhook_set':
      return { found: 'somebody set a webhook, so nothing can be fetched', remedy: 'Restart the store.' };
    case 'updates_posted':
      return { found: `Telegram posts to ${fact.to} without a fault; ${waiting(fact.waiting)}` };
    case 'posts_failed': {
      const found = `Telegram posts to ${fact.to}, and last failed: ${fact.error}`;
      return { found, remedy: 'Look at the ingress and its certificate.' };
    }
    case 'posted_elsewhere': {
      const found = `Telegram posts to ${fact.to ?? 'nobody'}, not to ${fact.wanted}`;
      return { found, remedy: 'Restart the store.' };
    }
    case 'not_ready':
      return { found: `behind ${fact.port} no store is ready: ${fact.reason}`, remedy: READ_LOG };
    case 'listeners_unknown':
      return { found: 'only Linux tells who listens where' };
    case 'port_closed':
      return { found: `nobody listens on ${fact.port}`, remedy: RESTART };
    case 'port_public': {
      const found = `${fact.port} is open beyond this machine`;
      return { found, remedy: 'Close it in the firewall, and restart the store.' };
    }
    case 'ports_bound':
      return { found: `${fact.telegram} and ${fact.pakasir}, both on loopback only; the store answers` };
    case 'time_zone':
      return { found: `${fact.timeZone}, where it is ${localTime(fact.at, fact.timeZone)} now` };
    case 'space': {
      const data = fact.data ? diskText(fact.data) : 'cannot be seen from here';
      const found = `the store's files: ${diskText(fact.files)}; the database has ${fact.databaseMib} MiB, its disk ${data}`;
      return { found, remedy: 'Free some space, or give the disk more: backups need it too.' };
    }
    case 'no_invoice':
      return { found: `${fact.gateway} makes no invoice (${fact.reason})`, remedy: CHECK_KEY };
    case 'invoice_state':
      return { found: invoiceText(fact.of, fact.state ?? 'not known'), remedy: CHECK_KEY };
    case 'order_failed': {
      const whose = fact.of === 'paid' ? 'an order that was paid' : 'an order that nobody pays';
      return { found: `${whose}: ${fact.found}`, remedy: BUY_FIRST };
    }
    case 'not_cancelled':
      return { found: `${fact.gateway} does not cancel (${fact.reason})`, remedy: CHECK_KEY };
    case 'invoice_ended': {
      const made = `an invoice of ${formatRupiah(fact.amount)} was made, pending, and ended unpaid`;
      return { found: `${made}; the key is right; ${orderText(fact.order)}`, remedy: UPGRADE };
    }
    case 'live_project': {
      const found = `live project: ${fact.gateway} takes no payment without money`;
      return { found: `${found}. Before opening, buy something yourself and pay for it` };
    }
    case 'no_simulation': {
      const found = `${fact.gateway} takes no simulated payment (${fact.reason})`;
      return { found: `${found}. Buy something yourself and pay for it on its page; the project is in sandbox mode` };
    }
    case 'invoice_paid':
      return paidText(fact);
    case 'backed_up':
      return { found: `${fact.file}, read back and verified` };
    case 'no_backup':
      return { found: 'there is no backup to restore' };
    case 'restored': {
      const as = `${fact.rows}, as many as its manifest says`;
      return { found: `${fact.file} restored beside the store: ${as}; dropped again` };
    }
    case 'unwatched':
      return { found: 'the store is not watched now' };
    case 'logs_over':
      return { found: `the logs are over their threshold already: ${seenText(fact.seen)}`, remedy: 'Delete old logs.' };
    case 'no_incident':
      return { found: `no incident began for ${fact.loads.join(' and ')} over the threshold`, remedy: LOOK };
    case 'incident_open':
      return { found: `an incident did not end below the threshold: ${fact.loads.join(' or ')}`, remedy: LOOK };
    case 'logs_alerted':
      return { found: `an incident began (${seenText(fact.seen)}) and ended when the logs were small again` };
    case 'loads_alerted': {
      const ended = `incidents began (${loadsText(fact.seen)}) and ended with the thresholds of the store`;
      return { found: `${ended}${omittedText(fact.omitted)}; nothing was filled` };
    }
    case 'loads_omitted': {
      const found = `neither could be played${omittedText(fact.omitted)}`;
      return { found, remedy: 'Give the store more, or free some.' };
    }
    case 'killed': {
      const kept = `${fact.deliveries} deliveries and ${fact.messages} messages that waited are all there or done`;
      const found = `killed without warning, ready again after ${fact.seconds} s; ${kept}`;
      return { found: `${found}. It does not count as a crash` };
    }
    case 'killed_before': {
      const found = 'killed without warning, ready again; the control plane ended meanwhile';
      return { found: `${found}, so that what waited was not counted`, remedy: 'Rehearse again.' };
    }
    case 'work_lost': {
      const found = `it returned after ${fact.seconds} s, but ${fact.lost} of ${fact.of} that waited are gone`;
      return { found, remedy: 'Restore the last backup, and report this.' };
    }
  }
}

const waiting = (updates: number): string => `${updates} updates wait at Telegram`;

function localTime(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
}

const diskText = ({ freeMib, percentUsed, threshold }: DiskSpace): string =>
  `${freeMib} MiB free (${percentUsed} % in use, threshold ${threshold})`;

function invoiceText(of: 'new' | 'paid' | 'cancelled', state: string): string {
  if (of === 'new') return `a new invoice is ${state}, not pending`;
  return of === 'paid' ? `a paid invoice is ${state}` : `the invoice is ${state} after its end`;
}

function orderText(order: TestOrder): string {
  if (order.kind === 'played') return order.found;
  return order.kind === 'played_before'
    ? 'its order was left to an earlier try'
    : 'its runtime plays no order, as older ones do not';
}

function paidText({ gateway, amount, order, webhook }: Extract<Fact, { kind: 'invoice_paid' }>): Sentences {
  const sandbox = 'the project is in sandbox mode, which has to end before customers pay';
  const paid = `an invoice of ${formatRupiah(amount)} was paid by simulation, and ${gateway} says so`;
  const { found, remedy = UPGRADE } = webhookText(webhook);
  return { found: [`${sandbox}: ${paid}`, orderText(order), found].filter(Boolean).join('; '), remedy };
}

function webhookText(webhook: WebhookSeen): Sentences {
  switch (webhook.kind) {
    case 'arrived':
      return { found: 'its webhook reached the store' };
    case 'not_awaited':
      return { found: '' };
    case 'not_counted':
      return { found: 'the store does not report its webhooks', remedy: 'Upgrade the store.' };
    case 'unseen': {
      const found = 'whether its webhook came was not seen: the control plane ended meanwhile';
      return { found, remedy: 'Rehearse again.' };
    }
    case 'missing':
      return {
        found: 'no webhook reached the store, which so learns of payments by asking only',
        remedy: `Enter the address of the store at ${webhook.gateway}: ${webhook.address}, and as PAKASIR_WEBHOOK_SECRET the secret that it shows there, or none.`,
      };
  }
}

const seenText = (seen: HealthFact | null): string => (seen ? factText(seen) : 'not known');

const loadsText = (loads: readonly LoadSeen[]): string =>
  loads.map(({ of, seen }) => `${of}: ${seenText(seen)}`).join('; ');

function omittedText(omitted: readonly OmittedLoad[]): string {
  if (omitted.length === 0) return '';
  const each = omitted.map(({ kind, of, seen }) => {
    if (kind === 'near') return `${of} is near its threshold: ${seenText(seen)}`;
    return `${of}: ${kind === 'incident_open' ? 'an incident about it is open already' : seenText(seen)}`;
  });
  return `; not played: ${each.join('; ')}`;
}
