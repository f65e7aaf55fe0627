import type { Tx } from '../../../../kernel/db.ts';
import type { VoucherItem } from './item.ts';

export async function readVouchers(tx: Tx): Promise<VoucherItem[]> {
  return tx.query(
    `SELECT id, code AS name, kind, value, max_uses AS "maxUses", starts_on::text AS "startsOn",
            ends_on::text AS "endsOn", active
       FROM vouchers ORDER BY id`,
  );
}

/** Writes the settings of a voucher; its uses stay. False when another voucher has its code: then nothing is written. */
export async function putVoucher(tx: Tx, item: VoucherItem): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO vouchers (id, code, kind, value, max_uses, starts_on, ends_on, active) OVERRIDING SYSTEM VALUE
     SELECT $1::bigint, $2::text, $3::text, $4::bigint, $5::int, $6::date, $7::date, $8::boolean
      WHERE NOT EXISTS (SELECT 1 FROM vouchers WHERE code = $2 AND id <> $1)
     ON CONFLICT (id) DO UPDATE
       SET code = EXCLUDED.code, kind = EXCLUDED.kind, value = EXCLUDED.value, max_uses = EXCLUDED.max_uses,
           starts_on = EXCLUDED.starts_on, ends_on = EXCLUDED.ends_on, active = EXCLUDED.active
     RETURNING id`,
    [item.id, item.name, item.kind, item.value, item.maxUses, item.startsOn, item.endsOn, item.active],
  );
  return rows.length > 0;
}
