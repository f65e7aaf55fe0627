import type {
  OperationKind,
  OperationState,
  Rollout,
  RolloutStore,
  Shard,
  TenantState,
} from '../../../control-plane/api/contract/index.ts';
import { dictionary } from './language.ts';

type Named = { state: Record<State, string>; kind: Record<OperationKind, string> };

/** States of stores, operations, rollouts, shards, backups and drills. */
export type State =
  | TenantState
  | OperationState
  | Rollout['state']
  | RolloutStore['state']
  | Shard['state']
  | 'making'
  | 'made'
  | 'verified'
  | 'pruned'
  | 'passed'
  | 'pending'
  | 'ok'
  | 'fail'
  | 'unknown'
  | 'open'
  | 'closed';

export const STATES = dictionary<Named>(
  {
    state: {
      provisioning: 'opening',
      running: 'running',
      degraded: 'degraded',
      stopped: 'stopped',
      suspended: 'suspended',
      failed: 'failed',
      removing: 'closing',
      scheduled: 'waiting',
      succeeded: 'done',
      cancelled: 'cancelled',
      paused: 'paused',
      halted: 'halted',
      reverting: 'going back',
      aborted: 'aborted',
      reverted: 'went back',
      waiting: 'waiting',
      skipped: 'skipped',
      making: 'being made',
      made: 'made',
      verified: 'verified',
      pruned: 'pruned',
      passed: 'passed',
      pending: 'to come',
      ok: 'well',
      fail: 'fails',
      unknown: 'unknown',
      open: 'open',
      closed: 'ended',
      active: 'in use',
      draining: 'draining',
    },
    kind: {
      provision: 'open',
      start: 'start',
      stop: 'stop',
      restart: 'restart',
      remove: 'close',
      configure: 'configure',
      upgrade: 'upgrade',
      suspend: 'suspend',
      resume: 'resume',
      backup: 'back up',
      'verify-backup': 'verify backup',
      'prune-backups': 'prune backups',
      clone: 'clone',
      restore: 'restore',
      drill: 'drill',
      rehearse: 'rehearse',
      move: 'move',
    },
  },
  {
    state: {
      provisioning: 'dibuka',
      running: 'berjalan',
      degraded: 'terganggu',
      stopped: 'berhenti',
      suspended: 'ditangguhkan',
      failed: 'gagal',
      removing: 'ditutup',
      scheduled: 'menunggu',
      succeeded: 'selesai',
      cancelled: 'dibatalkan',
      paused: 'dijeda',
      halted: 'terhenti',
      reverting: 'dikembalikan',
      aborted: 'dihentikan',
      reverted: 'sudah kembali',
      waiting: 'menunggu',
      skipped: 'dilewati',
      making: 'dibuat',
      made: 'jadi',
      verified: 'terverifikasi',
      pruned: 'dibuang',
      passed: 'lulus',
      pending: 'nanti',
      ok: 'baik',
      fail: 'gagal',
      unknown: 'tidak diketahui',
      open: 'terbuka',
      closed: 'selesai',
      active: 'dipakai',
      draining: 'dikosongkan',
    },
    kind: {
      provision: 'buka',
      start: 'mulai',
      stop: 'hentikan',
      restart: 'mulai ulang',
      remove: 'tutup',
      configure: 'atur',
      upgrade: 'tingkatkan',
      suspend: 'tangguhkan',
      resume: 'lanjutkan',
      backup: 'cadangkan',
      'verify-backup': 'periksa cadangan',
      'prune-backups': 'rapikan cadangan',
      clone: 'gandakan',
      restore: 'pulihkan',
      drill: 'uji pulih',
      rehearse: 'gladi',
      move: 'pindahkan',
    },
  },
);
