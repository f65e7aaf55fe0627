import type { AppError } from '../../../../kernel/errors.ts';

/** A fault of a wish of an owner in their words, without markup; undefined when it is ours. */
export function explain(error: AppError): string | undefined {
  switch (error.code) {
    case 'TENANT_NOT_FOUND':
      return 'Toko itu tidak ada. Lihat /stores.';
    case 'INCIDENT_NOT_FOUND':
      return 'Masalah itu sudah tidak ada dalam catatan.';
    case 'OPERATION_IN_PROGRESS': {
      const holder = error.details?.operation as { kind?: string } | undefined;
      return `⏳ Operasi ${holder?.kind ?? 'lain'} sedang berjalan di toko ini. Tunggu sampai selesai, lalu coba lagi.`;
    }
    case 'TENANT_STATE_CONFLICT':
      return 'Toko ini belum pernah dibuka, atau sedang ditutup.';
    default:
      return undefined;
  }
}
