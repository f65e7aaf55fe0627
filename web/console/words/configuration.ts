import { dictionary } from './language.ts';

const FIELDS = {
  en: {
    storeName: 'Name of the store',
    adminIds: 'Sellers (Telegram ids)',
    ownerIds: 'Owners (Telegram ids)',
    mode: 'How updates come',
    memoryMb: 'Memory in MiB',
    cpus: 'CPU cores',
    pids: 'Processes and threads',
    telegramBotToken: 'Bot token',
    pakasirSlug: 'Pakasir project',
    pakasirApiKey: 'Pakasir API key',
    pakasirWebhookSecret: 'Pakasir webhook secret',
  },
  id: {
    storeName: 'Nama toko',
    adminIds: 'Penjual (id Telegram)',
    ownerIds: 'Pemilik (id Telegram)',
    mode: 'Cara pembaruan datang',
    memoryMb: 'Memori dalam MiB',
    cpus: 'Inti CPU',
    pids: 'Proses dan thread',
    telegramBotToken: 'Token bot',
    pakasirSlug: 'Proyek Pakasir',
    pakasirApiKey: 'Kunci API Pakasir',
    pakasirWebhookSecret: 'Rahasia webhook Pakasir',
  },
} as const;

export type FieldName = keyof (typeof FIELDS)['en'];

type Words = {
  field: Record<FieldName, string>;
  revision: (revision: number) => string;
  shop: string;
  limits: string;
  secrets: string;
  listHint: string;
  keepSecret: string;
  notSet: string;
  environment: string;
  environmentHint: string;
  filter: string;
  name: string;
  value: string;
  isSet: string;
  isUnset: string;
  set: string;
  change: (name: string) => string;
  remove: (name: string) => string;
  undo: (name: string) => string;
  variable: string;
  changes: (count: number) => string;
  discard: string;
  review: string;
  reviewTitle: string;
  reviewText: string;
  before: string;
  after: string;
  nothing: string;
  secretBefore: string;
  secretAfter: string;
  removed: string;
  save: string;
  back: string;
  saved: string;
};

export const CONFIGURATION_WORDS = dictionary<Words>(
  {
    field: FIELDS.en,
    revision: (revision) => `Revision ${revision} is in force.`,
    shop: 'Shop',
    limits: 'Limits',
    secrets: 'Secrets',
    listHint: 'Several are separated by commas',
    keepSecret: 'Set. Empty leaves it as it is',
    notSet: 'Not set',
    environment: 'bot.env',
    environmentHint: 'What follows from the fields above cannot be set here; the API says so.',
    filter: 'Find a variable',
    name: 'Variable',
    value: 'Value',
    isSet: 'set',
    isUnset: 'not set',
    set: 'Set the variable',
    change: (name) => `Change ${name}`,
    remove: (name) => `Remove ${name}`,
    undo: (name) => `Undo the change of ${name}`,
    variable: 'Set or change a variable',
    changes: (count) => (count === 0 ? 'Nothing is changed.' : count === 1 ? '1 change' : `${count} changes`),
    discard: 'Discard',
    review: 'Review the change',
    reviewTitle: 'What will change',
    reviewText:
      'Saving writes a new revision and replaces the runtime; customers wait some seconds. If it does not become healthy, the configuration of now comes back by itself.',
    before: 'Now',
    after: 'Then',
    nothing: 'not set',
    secretBefore: 'hidden',
    secretAfter: 'new value, hidden',
    removed: 'removed',
    save: 'Save',
    back: 'Back to the form',
    saved: 'The change is being brought to the store',
  },
  {
    field: FIELDS.id,
    revision: (revision) => `Revisi ${revision} berlaku.`,
    shop: 'Toko',
    limits: 'Batas',
    secrets: 'Rahasia',
    listHint: 'Beberapa dipisahkan dengan koma',
    keepSecret: 'Sudah diatur. Kosong berarti tetap',
    notSet: 'Belum diatur',
    environment: 'bot.env',
    environmentHint: 'Yang mengikuti isian di atas tidak dapat diatur di sini; API akan mengatakannya.',
    filter: 'Cari variabel',
    name: 'Variabel',
    value: 'Nilai',
    isSet: 'diatur',
    isUnset: 'belum diatur',
    set: 'Atur variabel',
    change: (name) => `Ubah ${name}`,
    remove: (name) => `Hapus ${name}`,
    undo: (name) => `Batalkan perubahan ${name}`,
    variable: 'Atur atau ubah variabel',
    changes: (count) => (count === 0 ? 'Belum ada perubahan.' : `${count} perubahan`),
    discard: 'Buang',
    review: 'Tinjau perubahan',
    reviewTitle: 'Yang akan berubah',
    reviewText:
      'Menyimpan menulis revisi baru dan mengganti runtime; pelanggan menunggu beberapa detik. Bila tidak menjadi sehat, konfigurasi sekarang kembali dengan sendirinya.',
    before: 'Sekarang',
    after: 'Nanti',
    nothing: 'tidak diatur',
    secretBefore: 'tersembunyi',
    secretAfter: 'nilai baru, tersembunyi',
    removed: 'dihapus',
    save: 'Simpan',
    back: 'Kembali ke isian',
    saved: 'Perubahan sedang dibawa ke toko',
  },
);
