import { dictionary } from './language.ts';

export const SHARDS = dictionary(
  {
    title: 'Shards',
    name: 'Shard',
    state: 'State',
    process: 'Process',
    restarts: (count: number) => `${count} restarts`,
    stores: 'Stores',
    of: (stores: string, capacity: string) => `${stores} of ${capacity}`,
    since: 'Since',
    drain: 'Drain',
    drainAgain: 'Move the rest again',
    drainOf: (name: string) => `Drain ${name}`,
    drainAgainOf: (name: string) => `Move the rest of ${name} again`,
    drainAsk: (name: string, stores: string) => `Drain ${name}, with ${stores} stores?`,
    drainText:
      'It takes no more stores. Those that it has are moved to other shards, four at a time, each away for a few seconds. The shard is removed once it is empty.',
    drains: (name: string) => `${name} drains`,
    none: 'No store runs in a shared process',
    noneHelp: 'A shard is a process that hosts many stores. The first pooled store brings the first one.',
  },
  {
    title: 'Shard',
    name: 'Shard',
    state: 'Keadaan',
    process: 'Proses',
    restarts: (count: number) => `${count} kali dimulai ulang`,
    stores: 'Toko',
    of: (stores: string, capacity: string) => `${stores} dari ${capacity}`,
    since: 'Sejak',
    drain: 'Kosongkan',
    drainAgain: 'Pindahkan sisanya lagi',
    drainOf: (name: string) => `Kosongkan ${name}`,
    drainAgainOf: (name: string) => `Pindahkan sisa ${name} lagi`,
    drainAsk: (name: string, stores: string) => `Kosongkan ${name} yang berisi ${stores} toko?`,
    drainText:
      'Shard ini tidak menerima toko lagi. Isinya dipindahkan ke shard lain, empat sekaligus, masing-masing mati beberapa detik. Shard dihapus setelah kosong.',
    drains: (name: string) => `${name} dikosongkan`,
    none: 'Tidak ada toko yang berjalan di proses bersama',
    noneHelp: 'Shard adalah proses yang menampung banyak toko. Toko bersama yang pertama membuat shard pertama.',
  },
);
