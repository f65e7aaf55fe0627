import type { AuditAction, AuditSubject } from '../index.ts';

/** What people call the subjects. Their order is in callback data: append only. */
const LABELS: Readonly<Record<AuditSubject, string>> = {
  template: '🛠 Template',
  product: '🛒 Produk',
  stock: '📥 Stok',
  category: '🗂 Kategori',
  order: '📦 Order',
  user: '👥 User',
  voucher: '🎟️ Voucher',
  broadcast: '📣 Broadcast',
  deposit: '💰 Deposit',
  configuration: '💾 Konfigurasi',
  calculator: '🧮 Calculator',
  payment_methods: '💳 Metode Bayar',
  delivery: '🙈 Sensor Barang',
  testimonial: '📢 Testimoni',
};

export const ALL_SUBJECTS = { subject: undefined, label: '📓 Semua' } as const;

/** Modules by which the log can be read: the first words of the actions. */
export const SUBJECTS: readonly { subject: string | undefined; label: string }[] = [
  ALL_SUBJECTS,
  ...Object.entries(LABELS).map(([subject, label]) => ({ subject, label })),
];

/** What was done, as people say it. */
const ACTIONS: Readonly<Record<AuditAction, string>> = {
  'template.changed': 'Mengubah template',
  'template.reset': 'Mengembalikan template ke bawaan',
  'template.rolled_back': 'Template gagal dikirim, kembali ke bawaan',
  'product.created': 'Menambah produk',
  'product.changed': 'Mengubah produk',
  'product.deleted': 'Menghapus produk',
  'product.archived': 'Menghapus produk (diarsipkan)',
  'stock.added': 'Menambah stok',
  'stock.replaced': 'Mengganti isi tanpa batas',
  'stock.removed': 'Menghapus stok',
  'category.created': 'Menambah kategori',
  'category.renamed': 'Mengganti nama kategori',
  'category.activated': 'Menampilkan kategori',
  'category.deactivated': 'Menyembunyikan kategori',
  'category.moved': 'Memindahkan urutan kategori',
  'category.deleted': 'Menghapus kategori',
  'order.marked_paid': 'Menandai pesanan lunas',
  'order.refunded': 'Mengembalikan uang pesanan',
  'order.cancelled': 'Membatalkan pesanan',
  'order.resent': 'Mengirim ulang pesanan',
  'order.exported': 'Mengekspor data ke CSV',
  'user.blocked': 'Memblokir user',
  'user.unblocked': 'Membuka blokir user',
  'user.messaged': 'Mengirim pesan ke user',
  'user.balance_adjusted': 'Mengubah saldo user',
  'voucher.created': 'Menambah voucher',
  'voucher.switched': 'Mengaktifkan atau menonaktifkan voucher',
  'broadcast.started': 'Memulai broadcast',
  'broadcast.stopped': 'Menghentikan broadcast',
  'broadcast.resumed': 'Melanjutkan broadcast',
  'broadcast.finished': 'Broadcast selesai',
  'deposit.confirmed': 'Menerima deposit',
  'deposit.refused': 'Menolak deposit',
  'delivery.hidden': 'Menyensor barang yang dikirim',
  'delivery.shown': 'Menampilkan barang langsung',
  'calculator.changed': 'Mengubah rumus atau biaya di calculator',
  'calculator.reset': 'Mengembalikan rumus atau biaya ke bawaan',
  'payment_methods.changed': 'Mengubah metode pembayaran',
  'configuration.restored': 'Memulihkan konfigurasi',
  'testimonial.connected': 'Menyambungkan channel testimoni',
  'testimonial.disconnected': 'Memutus channel testimoni',
  'testimonial.switched_off': 'Channel testimoni mati karena ditolak Telegram',
};

/** Entries that a newer version of the store wrote are shown by their names. */
export const actionName = (action: string): string => new Map(Object.entries(ACTIONS)).get(action) ?? action;

/** Fields as people call them. */
export const FIELDS: Readonly<Record<string, string>> = {
  name: 'nama',
  price: 'harga',
  description: 'deskripsi',
  terms: 'SNK',
  status: 'status',
  code: 'kode',
  body: 'teks',
  problem: 'masalah',
  photo: 'foto',
  category: 'kategori',
  note: 'catatan',
  reason: 'alasan',
  amount: 'nominal',
  balance: 'saldo',
  active: 'aktif',
  formula: 'rumus',
  fee: 'biaya',
  snapshot: 'salinan',
  restored: 'dikembalikan',
  refused: 'tidak bisa',
  refunded: 'refund',
  settlement: 'hasil',
  place: 'urutan',
  added: 'ditambahkan',
  removed: 'dihapus',
  duplicates: 'duplikat',
  empty: 'baris kosong',
  tooLong: 'terlalu panjang',
  available: 'stok',
  blocked: 'blokir',
  characters: 'panjang',
  recipients: 'penerima',
  sent: 'terkirim',
  failed: 'gagal',
  unknown: 'tidak pasti',
  left: 'belum',
  kind: 'jenis',
  form: 'bentuk',
  tiers: 'harga grosir',
  perCustomer: 'batas per pelanggan',
  renewed: 'diperbarui',
  channel: 'channel',
  period: 'periode (hari)',
  what: 'data',
  userId: 'user',
};

/** Fields that are money. */
export const MONEY: ReadonlySet<string> = new Set(['price', 'amount', 'balance', 'refunded']);

/** What a status is called, of whatever thing it is. */
export const STATUSES: Readonly<Record<string, string>> = {
  awaiting_payment: 'menunggu pembayaran',
  awaiting_review: 'diperiksa admin',
  paid: 'lunas',
  delivered: 'terkirim',
  expired: 'kedaluwarsa',
  cancelled: 'dibatalkan',
  credited: 'masuk saldo',
  refused: 'ditolak',
  active: 'dijual',
  inactive: 'nonaktif',
  archived: 'diarsipkan',
};
