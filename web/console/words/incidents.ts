import { dictionary } from './language.ts';

/** What a kind of incident is, why it matters, and what to do. Of a kind that is not known here, its name stands. */
type Meaning = { title: string; means: string; todo: string };

const en = {
  title: 'Incidents',
  open: 'Open',
  closed: 'Ended',
  all: 'All',
  which: 'Which incidents',
  store: 'Store',
  platform: 'control plane',
  acknowledge: 'I take care of it',
  acknowledged: 'You take care of it. The owners see it.',
  takenBy: 'Taken care of by',
  takenByYou: 'You take care of it',
  seen: (times: number) => `seen ${times} times`,
  lasted: (time: string) => `lasted ${time}`,
  moment: 'happened once',
  means: 'What it means',
  todo: 'What to do',
  quoted: 'What was found',
  older: 'Older ones',
  nothingOpen: 'Nothing is wrong.',
  nothing: 'Nothing went wrong yet.',
  emptyHelp: 'The same from a terminal:',
  unknownMeans: 'This console does not know this kind of incident; what was found says more.',
  severities: { info: 'info', warn: 'warning', error: 'error', fatal: 'fatal' },
  kinds: {
    runtime_down: {
      title: 'The store does not run',
      means: 'Its process ended or could not be started. Customers get no answer. It is started again by itself.',
      todo: 'If it lasts, read the last log lines that are quoted, and the logs of the store.',
    },
    crash_loop: {
      title: 'The store crashes again and again',
      means: 'It is restarted with growing delays. It counts as stable after ten good minutes.',
      todo: 'Read the exit code and the last log lines; raise the memory if it ran out of it, or restore a backup.',
    },
    health: {
      title: 'A health check fails',
      means: 'One check failed at least twice in a row; the store is degraded.',
      todo: 'Check the store now, and follow what the check says.',
    },
    operation_failed: {
      title: 'An operation failed',
      means: 'It stopped at a step, and what it was for is not done.',
      todo: 'Open the operation, mend the cause, and retry it there.',
    },
    operation_stuck: {
      title: 'An operation is stuck',
      means: 'It has been at work for far longer than it should be.',
      todo: 'Open the operation: its last step says what it waits for. Cancel it if that never comes.',
    },
    upgrade_rolled_back: {
      title: 'An upgrade went back',
      means: 'The new image did not serve; the store runs what it ran before.',
      todo: 'Read why, and do not bring other stores to this image.',
    },
    backup_failed: {
      title: 'A backup failed',
      means: 'Until one succeeds, the newest backup grows older.',
      todo: 'Mend the cause that is quoted, then back up now.',
    },
    backup_overdue: {
      title: 'A backup is overdue',
      means: 'There is no verified backup of the last day.',
      todo: 'Back up now, and see why the schedule made none.',
    },
    backup_shrunk: {
      title: 'A backup is much smaller than the one before',
      means: 'Much of the store’s data is gone since then, by intent or not.',
      todo: 'Look into the store. If data was lost, restore the backup before this one.',
    },
    offsite_failed: {
      title: 'The offsite copy of a backup failed',
      means: 'The backup is on this machine only. Later runs copy it again.',
      todo: 'See whether the folder or bucket of the offsite copies can be reached.',
    },
    drill_failed: {
      title: 'A drill failed',
      means: 'The newest backup could not be restored as it should be: it may not help when it is needed.',
      todo: 'Back up now, then drill again.',
    },
    orphan_runtime: {
      title: 'A runtime belongs to no store here',
      means: 'It carries the mark of Lapak and is left alone.',
      todo: 'Find out what started it. `lapak doctor` names it.',
    },
    rent: {
      title: 'The rent of a store',
      means: 'It ends soon, or has ended.',
      todo: 'Extend it, or let the store be suspended.',
    },
    reports_dropped: {
      title: 'A store reports too much',
      means: 'Its reports of today are no longer kept; it tells its owners by its own bot.',
      todo: 'Read its logs: something repeats itself.',
    },
    platform: {
      title: 'The control plane is in trouble',
      means: 'What many stores depend on does not answer: Postgres, the engine, Telegram or the gateway.',
      todo: 'Run `lapak doctor` on the machine.',
    },
    forbidden: {
      title: 'Somebody else tried to use the owner bot',
      means: 'They were not answered.',
      todo: 'Nothing, unless it repeats.',
    },
  } as Readonly<Record<string, Meaning>>,
};

const id: typeof en = {
  title: 'Insiden',
  open: 'Terbuka',
  closed: 'Selesai',
  all: 'Semua',
  which: 'Insiden yang mana',
  store: 'Toko',
  platform: 'control plane',
  acknowledge: 'Saya tangani',
  acknowledged: 'Anda menanganinya. Para pemilik melihatnya.',
  takenBy: 'Ditangani oleh',
  takenByYou: 'Anda menanganinya',
  seen: (times) => `terlihat ${times} kali`,
  lasted: (time) => `selama ${time}`,
  moment: 'terjadi sekali',
  means: 'Artinya',
  todo: 'Yang perlu dilakukan',
  quoted: 'Yang ditemukan',
  older: 'Yang lebih lama',
  nothingOpen: 'Tidak ada gangguan.',
  nothing: 'Belum pernah ada gangguan.',
  emptyHelp: 'Hal yang sama dari terminal:',
  unknownMeans: 'Konsol ini tidak mengenal jenis insiden ini; lihat apa yang ditemukan.',
  severities: { info: 'info', warn: 'peringatan', error: 'galat', fatal: 'fatal' },
  kinds: {
    runtime_down: {
      title: 'Toko tidak berjalan',
      means:
        'Prosesnya berhenti atau tidak bisa dimulai. Pelanggan tidak dijawab. Toko dimulai lagi dengan sendirinya.',
      todo: 'Bila berlanjut, baca baris log terakhir yang dikutip dan log toko.',
    },
    crash_loop: {
      title: 'Toko mati berulang kali',
      means: 'Toko dimulai lagi dengan jeda yang makin panjang. Dianggap stabil setelah sepuluh menit berjalan baik.',
      todo: 'Baca kode keluar dan baris log terakhir; tambah memori bila kehabisan, atau pulihkan cadangan.',
    },
    health: {
      title: 'Pemeriksaan kesehatan gagal',
      means: 'Satu pemeriksaan gagal paling sedikit dua kali berturut-turut; toko menurun.',
      todo: 'Periksa toko sekarang, dan ikuti petunjuk pemeriksaannya.',
    },
    operation_failed: {
      title: 'Operasi gagal',
      means: 'Operasi berhenti di satu langkah, dan tujuannya belum tercapai.',
      todo: 'Buka operasinya, perbaiki sebabnya, lalu coba lagi di sana.',
    },
    operation_stuck: {
      title: 'Operasi macet',
      means: 'Operasi bekerja jauh lebih lama dari seharusnya.',
      todo: 'Buka operasinya: langkah terakhir menyebut apa yang ditunggu. Batalkan bila itu tidak akan datang.',
    },
    upgrade_rolled_back: {
      title: 'Pembaruan dibatalkan',
      means: 'Image baru tidak melayani; toko menjalankan yang sebelumnya.',
      todo: 'Baca sebabnya, dan jangan bawa toko lain ke image ini.',
    },
    backup_failed: {
      title: 'Cadangan gagal dibuat',
      means: 'Sampai ada yang berhasil, cadangan terbaru makin tua.',
      todo: 'Perbaiki sebab yang dikutip, lalu buat cadangan sekarang.',
    },
    backup_overdue: {
      title: 'Cadangan terlambat',
      means: 'Tidak ada cadangan terverifikasi dari sehari terakhir.',
      todo: 'Buat cadangan sekarang, dan cari tahu mengapa jadwal tidak membuatnya.',
    },
    backup_shrunk: {
      title: 'Cadangan menyusut tajam',
      means: 'Banyak data toko hilang sejak cadangan sebelumnya, sengaja atau tidak.',
      todo: 'Periksa tokonya. Bila data hilang, pulihkan cadangan sebelum ini.',
    },
    offsite_failed: {
      title: 'Salinan cadangan di luar server gagal',
      means: 'Cadangan hanya ada di mesin ini. Nanti disalin lagi.',
      todo: 'Periksa apakah folder atau bucket salinan bisa dijangkau.',
    },
    drill_failed: {
      title: 'Uji pemulihan gagal',
      means: 'Cadangan terbaru tidak bisa dipulihkan sebagaimana mestinya: mungkin tidak menolong saat dibutuhkan.',
      todo: 'Buat cadangan sekarang, lalu uji lagi.',
    },
    orphan_runtime: {
      title: 'Ada proses toko yang tidak dikenal',
      means: 'Proses itu bertanda Lapak dan dibiarkan.',
      todo: 'Cari tahu siapa yang memulainya. `lapak doctor` menyebutnya.',
    },
    rent: {
      title: 'Masa sewa toko',
      means: 'Segera berakhir, atau sudah berakhir.',
      todo: 'Perpanjang, atau biarkan toko dihentikan sementara.',
    },
    reports_dropped: {
      title: 'Toko mengirim terlalu banyak laporan',
      means: 'Laporannya hari ini tidak disimpan lagi; toko memberi tahu pemilik lewat botnya sendiri.',
      todo: 'Baca lognya: ada yang berulang.',
    },
    platform: {
      title: 'Gangguan pada control plane',
      means: 'Yang dibutuhkan banyak toko tidak menjawab: Postgres, mesin kontainer, Telegram atau gateway.',
      todo: 'Jalankan `lapak doctor` di mesinnya.',
    },
    forbidden: {
      title: 'Orang lain mencoba memakai bot pemilik',
      means: 'Mereka tidak dijawab.',
      todo: 'Tidak ada, kecuali berulang.',
    },
  },
};

export const INCIDENTS = dictionary(en, id);
