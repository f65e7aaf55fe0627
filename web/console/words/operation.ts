import { dictionary } from './language.ts';

type Words = {
  title: string;
  of: (kind: string, store: string) => string;
  retry: string;
  cancel: string;
  cancelAsk: (kind: string, store: string) => string;
  cancelText: string;
  keepGoing: string;
  cancelled: string;
  retried: string;
  steps: string;
  attempt: string;
  by: string;
  created: string;
  took: string;
  runs: string;
  waits: string;
  mend: string;
  showLogs: string;
  showConfiguration: string;
  showBackups: string;
  otherHolder: string;
  wentBack: string;
  list: string;
  anyState: string;
  state: string;
  store: string;
  none: string;
  more: string;
};

export const OPERATION_WORDS = dictionary<Words>(
  {
    title: 'Operation',
    of: (kind, store) => `${kind}: ${store}`,
    retry: 'Retry',
    cancel: 'Cancel the operation',
    cancelAsk: (kind, store) => `Cancel “${kind}” of ${store}?`,
    cancelText:
      'It ends at the next safe point. An upgrade or a change of configuration goes back to what was in force before; everything else stays where it is, and can be retried.',
    keepGoing: 'Let it go on',
    cancelled: 'It ends at the next safe point',
    retried: 'It goes on at the step that did not succeed',
    steps: 'Steps',
    attempt: 'Attempt',
    by: 'Requested by',
    created: 'Requested',
    took: 'Took',
    runs: 'At work for',
    waits: 'It waits for a worker.',
    mend: 'How to mend it',
    showLogs: 'Logs of the store',
    showConfiguration: 'Configuration',
    showBackups: 'Backups',
    otherHolder: 'Show what holds the store',
    wentBack: 'Way back',
    list: 'Operations',
    anyState: 'every state',
    state: 'State',
    store: 'Store',
    none: 'No operation matches.',
    more: 'Older ones',
  },
  {
    title: 'Operasi',
    of: (kind, store) => `${kind}: ${store}`,
    retry: 'Ulangi',
    cancel: 'Batalkan operasi',
    cancelAsk: (kind, store) => `Batalkan “${kind}” ${store}?`,
    cancelText:
      'Operasi berhenti di titik aman berikutnya. Peningkatan atau perubahan konfigurasi kembali ke keadaan sebelumnya; yang lain tetap di tempatnya dan dapat diulangi.',
    keepGoing: 'Biarkan berjalan',
    cancelled: 'Berhenti di titik aman berikutnya',
    retried: 'Dilanjutkan dari langkah yang belum berhasil',
    steps: 'Langkah',
    attempt: 'Percobaan',
    by: 'Diminta oleh',
    created: 'Diminta',
    took: 'Lama',
    runs: 'Sudah berjalan',
    waits: 'Menunggu giliran.',
    mend: 'Cara memperbaikinya',
    showLogs: 'Log toko',
    showConfiguration: 'Konfigurasi',
    showBackups: 'Cadangan',
    otherHolder: 'Lihat yang menahan toko',
    wentBack: 'Jalan kembali',
    list: 'Operasi',
    anyState: 'semua keadaan',
    state: 'Keadaan',
    store: 'Toko',
    none: 'Tidak ada operasi yang cocok.',
    more: 'Yang lebih lama',
  },
);

/** What a step does, by its name in the API; one that is not here is shown by that name. */
export const STEP_WORDS = dictionary<Record<string, string>>(
  {
    'check-bot': 'Ask Telegram for the bot',
    database: 'Database and role',
    tables: 'Tables',
    copy: 'Copy the catalogue',
    photos: 'Copy the photos',
    ports: 'Ports',
    files: 'Deployment folder',
    ingress: 'Public routes',
    runtime: 'Runtime',
    healthy: 'Wait until it is healthy',
    webhook: 'Webhook at Telegram',
    stop: 'Stop the runtime',
    image: 'Look for the image',
    revision: 'Write down the new revision',
    watch: 'Watch whether it stays healthy',
    forget: 'Forget the store',
    dump: 'Dump the database',
    seal: 'Encrypt it',
    verify: 'Read it back',
    local: 'Read the local file back',
    offsite: 'Offsite copy',
    prune: 'Delete old backups',
    check: 'Check the backup',
    load: 'Load it beside the database',
    count: 'Count the rows',
    'carry-over': 'Merge what happened since',
    swap: 'Put it in place',
    drop: 'Drop the copy',
    report: 'Report',
  },
  {
    'check-bot': 'Tanya Telegram tentang bot',
    database: 'Basis data dan perannya',
    tables: 'Tabel',
    copy: 'Salin katalog',
    photos: 'Salin foto',
    ports: 'Port',
    files: 'Folder toko',
    ingress: 'Rute publik',
    runtime: 'Runtime',
    healthy: 'Tunggu sampai sehat',
    webhook: 'Webhook di Telegram',
    stop: 'Hentikan runtime',
    image: 'Cari image',
    revision: 'Catat revisi baru',
    watch: 'Amati apakah tetap sehat',
    forget: 'Lupakan toko',
    dump: 'Ekspor basis data',
    seal: 'Enkripsi',
    verify: 'Baca ulang',
    local: 'Baca ulang berkas lokal',
    offsite: 'Salinan luar',
    prune: 'Hapus cadangan lama',
    check: 'Periksa cadangan',
    load: 'Muat di samping basis data',
    count: 'Hitung baris',
    'carry-over': 'Gabungkan yang terjadi sejak itu',
    swap: 'Pasang di tempatnya',
    drop: 'Buang salinan',
    report: 'Laporan',
  },
);
