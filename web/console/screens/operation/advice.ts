import { dictionary } from '../../words/language.ts';

/** Where one goes to mend it; a tab of the store. */
export type Place = 'logs' | 'configuration' | 'backups';

/** Which tabs help with a fault, by its code. */
export const PLACES: Readonly<Record<string, readonly Place[]>> = {
  RUNTIME_UNHEALTHY: ['logs', 'configuration'],
  UPGRADE_ROLLED_BACK: ['logs', 'backups'],
  CONFIGURATION_ROLLED_BACK: ['logs', 'configuration'],
  MOVE_ROLLED_BACK: ['logs'],
  DEADLINE_EXCEEDED: ['logs'],
  TELEGRAM_TOKEN_REJECTED: ['configuration'],
  DATABASE_MISSING: ['backups'],
  BACKUP_DAMAGED: ['backups'],
  BACKUP_LIMIT_REACHED: ['backups'],
};

/** What to do about a fault, by its code; `ANY` where no more is known than what the fault itself says. */
export const ADVICE = dictionary<Record<string, string>>(
  {
    ANY: 'Mend what the message names, then retry: the operation goes on at the step that did not succeed.',
    RUNTIME_UNHEALTHY:
      'The store was started and did not become ready. Its log says why; after a wrong setting, change the configuration, then retry.',
    UPGRADE_ROLLED_BACK:
      'The former image serves again, nothing else has to be done for the store. Find the cause in the log; a retry is a new attempt with a new backup.',
    CONFIGURATION_ROLLED_BACK:
      'The former configuration is in force again. Correct what the message names, and save the change again: this operation cannot be retried.',
    MOVE_ROLLED_BACK: 'The store serves where it was before. Find the cause in the log; a retry is a new attempt.',
    TELEGRAM_TOKEN_REJECTED:
      'Copy the token from @BotFather again (/mybots, API Token), put it into the configuration, then retry.',
    TELEGRAM_REFUSED: 'Correct LAPAK_PUBLIC_URL and its DNS, so that Telegram reaches the store, then retry.',
    TELEGRAM_UNREACHABLE: 'Nothing was changed. Retry once Telegram answers; lapak doctor says what keeps it from it.',
    PORTS_EXHAUSTED: 'Widen LAPAK_PORT_RANGE and restart the control plane, or close stores; then retry.',
    POSTGRES_UNAVAILABLE: 'Retry once Postgres answers; lapak doctor says what is wrong.',
    DRIVER_UNAVAILABLE: 'See that the engine runs (lapak doctor), then retry.',
    IMAGE_NOT_FOUND:
      'Pull or load the image on the machine of the store (docker pull, docker load), then retry; or upgrade to one that is there.',
    INGRESS_UNAVAILABLE: 'Start Caddy again; the routes are kept and loaded when it is back. Then retry.',
    BACKUP_TOOLS_MISSING:
      'Install the PostgreSQL client programs, not older than the server, or set LAPAK_PG_BIN; then retry.',
    BACKUP_STALLED: 'Something holds the database up, as a lock does: look into pg_stat_activity, then retry.',
    BACKUP_DAMAGED: 'This backup is not to be used. Choose another one.',
    BACKUP_LIMIT_REACHED: 'Use the newest backup, or wait: those of the last day are never deleted.',
    DATABASE_MISSING: 'Restore a backup of the store.',
    STORAGE_FULL: 'Free space in the folder that the message names, then retry. Partial files are removed already.',
    DEADLINE_EXCEEDED: 'The step took too long. Retry; if it happens again, the log says what it waits for.',
    OPERATION_SET_ASIDE: 'The control plane ended twice at this step. Read its log from before each end, then retry.',
    SECRET_UNREADABLE:
      'Start the control plane with the master key that sealed it; if that is lost: lapak doctor --reseal.',
    CANCELLED: 'It was cancelled on request. Retry to go on with it.',
    INTERNAL: 'A fault in Lapak: the log of the control plane has it. Retry once.',
  },
  {
    ANY: 'Perbaiki yang disebut pesan, lalu ulangi: operasi berlanjut dari langkah yang belum berhasil.',
    RUNTIME_UNHEALTHY:
      'Toko dimulai tetapi tidak menjadi siap. Log menjelaskan sebabnya; bila pengaturan salah, ubah konfigurasi, lalu ulangi.',
    UPGRADE_ROLLED_BACK:
      'Image sebelumnya melayani lagi, toko tidak perlu diapa-apakan. Cari sebabnya di log; pengulangan adalah percobaan baru dengan cadangan baru.',
    CONFIGURATION_ROLLED_BACK:
      'Konfigurasi sebelumnya berlaku lagi. Perbaiki yang disebut pesan, lalu simpan lagi: operasi ini tidak dapat diulangi.',
    MOVE_ROLLED_BACK: 'Toko melayani di tempat sebelumnya. Cari sebabnya di log; pengulangan adalah percobaan baru.',
    TELEGRAM_TOKEN_REJECTED:
      'Salin lagi token dari @BotFather (/mybots, API Token), isikan di konfigurasi, lalu ulangi.',
    TELEGRAM_REFUSED: 'Perbaiki LAPAK_PUBLIC_URL dan DNS-nya agar Telegram mencapai toko, lalu ulangi.',
    TELEGRAM_UNREACHABLE:
      'Tidak ada yang berubah. Ulangi setelah Telegram menjawab; lapak doctor menjelaskan penghalangnya.',
    PORTS_EXHAUSTED: 'Perlebar LAPAK_PORT_RANGE dan mulai ulang control plane, atau tutup toko; lalu ulangi.',
    POSTGRES_UNAVAILABLE: 'Ulangi setelah Postgres menjawab; lapak doctor menjelaskan masalahnya.',
    DRIVER_UNAVAILABLE: 'Pastikan mesin kontainer berjalan (lapak doctor), lalu ulangi.',
    IMAGE_NOT_FOUND:
      'Ambil atau muat image di mesin toko (docker pull, docker load), lalu ulangi; atau pindah ke image yang ada.',
    INGRESS_UNAVAILABLE: 'Mulai lagi Caddy; rute tersimpan dan dimuat saat ia kembali. Lalu ulangi.',
    BACKUP_TOOLS_MISSING:
      'Pasang program klien PostgreSQL, tidak lebih tua dari server, atau atur LAPAK_PG_BIN; lalu ulangi.',
    BACKUP_STALLED: 'Ada yang menahan basis data, misalnya sebuah kunci: lihat pg_stat_activity, lalu ulangi.',
    BACKUP_DAMAGED: 'Cadangan ini tidak boleh dipakai. Pilih yang lain.',
    BACKUP_LIMIT_REACHED: 'Pakai cadangan terbaru, atau tunggu: cadangan hari terakhir tidak pernah dihapus.',
    DATABASE_MISSING: 'Pulihkan sebuah cadangan toko.',
    STORAGE_FULL: 'Kosongkan ruang di folder yang disebut pesan, lalu ulangi. Berkas setengah jadi sudah dihapus.',
    DEADLINE_EXCEEDED: 'Langkah terlalu lama. Ulangi; bila terjadi lagi, log menjelaskan apa yang ditunggu.',
    OPERATION_SET_ASIDE: 'Control plane berakhir dua kali di langkah ini. Baca log sebelum tiap akhir, lalu ulangi.',
    SECRET_UNREADABLE:
      'Jalankan control plane dengan kunci utama yang menyegelnya; bila hilang: lapak doctor --reseal.',
    CANCELLED: 'Dibatalkan atas permintaan. Ulangi untuk melanjutkan.',
    INTERNAL: 'Kesalahan di Lapak: ada di log control plane. Ulangi sekali.',
  },
);
