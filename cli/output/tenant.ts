import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { stateText } from './states.ts';
import { facts } from './table.ts';
import { relative, stamp } from './time.ts';

/** Everything about a store that its operator asks for first. */
export function tenantFacts(tenant: Tenant): string {
  const { limits, observed, ports } = tenant;
  return facts({
    Store: `${tenant.store} (${tenant.storeName})`,
    State: stateText(tenant),
    Reason: tenant.reason ?? undefined,
    Checked: checkedText(tenant),
    Rent: rentText(tenant),
    Bot: `@${tenant.bot.username} (${tenant.bot.id})`,
    Updates: tenant.mode,
    Admins: tenant.adminIds.join(', '),
    Owners: tenant.ownerIds.length > 0 ? tenant.ownerIds.join(', ') : '-',
    Pakasir: tenant.pakasirSlug,
    Runtime: `${tenant.driver}, ${tenant.shard ?? tenant.runtime}, ${observed.state}${observed.id ? ` (${observed.id.slice(0, 12)})` : ''}${health(tenant)}`,
    Image: tenant.driver === 'process' ? undefined : `${tenant.image}${content(tenant)}`,
    Limits: `${limits.memoryMb} MiB, ${limits.cpus} CPU, ${limits.pids} processes`,
    Ports: ports ? `${ports.telegram} Telegram, ${ports.pakasir} Pakasir` : '-',
    Database: tenant.database,
    Folder: tenant.folder,
    Generation: `${tenant.generation}${observed.generation === tenant.generation ? '' : `, runs ${observed.generation ?? 'none'}`}`,
    Operation: tenant.operation ?? undefined,
    Created: relative(tenant.createdAt),
    Changed: relative(tenant.updatedAt),
  });
}

/** What the image's name stood for at the last upgrade, as the engine shortens it. */
function content({ imageId }: Tenant): string {
  return imageId ? ` (${imageId.replace(/^sha256:/, '').slice(0, 12)})` : '';
}

/** What a store is paid up to. */
export function rentText({ paidUntil, suspendedFor }: Tenant): string {
  if (paidUntil === null) return 'no rent is taken';
  const left = relative(paidUntil);
  // The zone is said: where the store is, a rent usually ends at midnight, and here at another hour.
  const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })
    .formatToParts(new Date(paidUntil))
    .at(-1)?.value;
  return `paid until ${stamp(paidUntil)} ${zone}${/^\d{4}-/.test(left) ? '' : ` (${left})`}${suspendedFor === 'rent' ? ', stands still for it' : ''}`;
}

function health({ observed }: Tenant): string {
  if (observed.healthy === null) return '';
  return observed.healthy ? ', healthy' : ', not healthy';
}

/** What the last health check found, and when that was. */
export function checkedText({ health }: Tenant): string {
  if (health === null) return '-';
  return `${health.ok ? 'ok' : 'not ok'}, ${relative(health.at)}`;
}
