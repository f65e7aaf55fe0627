import type { Tx } from '../../../kernel/db.ts';
import type { SellerNotices, SuspendedTenant } from '../../fleet/tenants/index.ts';
import type { Sellers } from '../sellers/index.ts';
import { rentSuspendedText, resumedText, suspendedText } from './copy.ts';
import type { RentTerms } from './course.ts';

/** How the rent is reckoned and spoken of here. */
export type RentSettings = {
  graceDays: number;
  /** Whom sellers are to ask. */
  contact: string;
  /** Of stores that name none, such as Asia/Jakarta. */
  timeZone: string;
};

export const TOPIC = 'rent';

export function createNotices(deps: { sellers: Sellers; settings: RentSettings }): SellerNotices {
  const { sellers, settings } = deps;
  const enqueue = (tx: Tx, { id, admin_ids: chatIds }: SuspendedTenant, cause: string, text: string) =>
    sellers.enqueue(tx, { tenantId: id, chatIds, cause, topic: TOPIC, text });
  const wording = (tenant: SuspendedTenant) => ({ storeName: tenant.store_name, contact: settings.contact });

  return {
    suspended(tx, tenant, operationId) {
      const { paid_until: paidUntil, suspended_for: by, suspended_reason: reason } = tenant;
      const terms: RentTerms | undefined = paidUntil
        ? { paidUntil, timeZone: tenant.env.BOT_TIMEZONE ?? settings.timeZone, graceDays: settings.graceDays }
        : undefined;
      const text =
        by === 'rent' && terms ? rentSuspendedText(terms, wording(tenant)) : suspendedText(reason, wording(tenant));
      return enqueue(tx, tenant, `suspended:${operationId}`, text);
    },
    resumed: (tx, tenant, operationId) => enqueue(tx, tenant, `resumed:${operationId}`, resumedText(wording(tenant))),
  };
}
