import type { IncidentKind, OccurrenceKind } from '../../platform/alerting.ts';

/** What an owner is woken by, in the words that they read. A kind with `over` has an end, which is told too. */
export const ALERT_KINDS = {
  runtime_down: { title: 'Toko tidak berjalan', over: 'Toko berjalan lagi' },
  crash_loop: { title: 'Toko mati berulang kali', over: 'Toko berjalan stabil lagi' },
  health: { title: 'Pemeriksaan kesehatan gagal', over: 'Toko sehat lagi' },
  operation_failed: { title: 'Operasi gagal' },
  operation_stuck: { title: 'Operasi macet', over: 'Operasi selesai' },
  upgrade_rolled_back: { title: 'Pembaruan dibatalkan, versi sebelumnya dipakai lagi' },
  backup_failed: { title: 'Cadangan gagal dibuat', over: 'Cadangan berhasil lagi' },
  backup_overdue: { title: 'Cadangan terlambat', over: 'Cadangan sudah ada lagi' },
  backup_shrunk: { title: 'Cadangan menyusut tajam' },
  offsite_failed: { title: 'Salinan cadangan di luar server gagal', over: 'Salinan di luar server berhasil lagi' },
  drill_failed: { title: 'Uji pemulihan cadangan gagal', over: 'Uji pemulihan berhasil lagi' },
  orphan_runtime: { title: 'Ada proses toko yang tidak dikenal', over: 'Proses yang tidak dikenal sudah tidak ada' },
  rent: { title: 'Masa sewa toko' },
  platform: { title: 'Gangguan pada sistem pusat', over: 'Sistem pusat pulih' },
  forbidden: { title: 'Orang lain mencoba memakai bot ini' },
} satisfies Record<IncidentKind, { title: string; over: string }> & Record<OccurrenceKind, { title: string }>;
