import type { HealthCheckName } from '../../../control-plane/api/contract/index.ts';
import { dictionary } from './language.ts';

type Words = {
  title: string;
  intro: string;
  search: string;
  state: string;
  everyState: string;
  days: (count: number) => string;
  good: (percent: string) => string;
  noChecks: string;
  someFailed: (failed: string, checks: string) => string;
  allGood: (checks: string) => string;
  noCheckThatDay: string;
  outages: string;
  noOutages: string;
  lasts: (time: string) => string;
  soFar: (time: string) => string;
  keys: string;
  more: string;
  none: string;
  noStores: string;
  checkNow: string;
  checks: string;
  noReports: string;
  failsFrom: (value: string) => string;
  highest: (value: string) => string;
  name: Record<HealthCheckName, string>;
};

export const HEALTH_WORDS = dictionary<Words>(
  {
    title: 'Health',
    intro: 'A bar for each of the last 30 days; the filled part of it is the part of its checks that failed.',
    search: 'Slug, name or bot',
    state: 'State',
    everyState: 'every state',
    days: (count) => `${count} days`,
    good: (percent) => `${percent} good`,
    noChecks: 'not checked yet',
    someFailed: (failed, checks) => `${failed} of ${checks} checks failed`,
    allGood: (checks) => `${checks} checks, all good`,
    noCheckThatDay: 'no check that day',
    outages: 'Outages',
    noOutages: 'No outage in the last 30 days.',
    lasts: (time) => `for ${time}`,
    soFar: (time) => `for ${time} so far`,
    keys: 'Left and right choose a day.',
    more: 'More stores',
    none: 'No store matches.',
    noStores: 'There is no store yet.',
    checkNow: 'Check now',
    checks: 'Checks',
    noReports: 'Not checked yet.',
    failsFrom: (value) => `fails from ${value}`,
    highest: (value) => `highest ${value}`,
    name: {
      runtime: 'Runtime',
      intake: 'Updates',
      telegram: 'Telegram',
      database: 'Database',
      queue: 'Queue',
      gateway: 'Payment gateway',
      cpu: 'Processor',
      memory: 'Memory',
      disk: 'Disk',
      logs: 'Logs',
    },
  },
  {
    title: 'Kesehatan',
    intro: 'Satu batang untuk tiap hari dari 30 hari terakhir; bagian yang terisi adalah pemeriksaan yang gagal.',
    search: 'Slug, nama, atau bot',
    state: 'Keadaan',
    everyState: 'semua keadaan',
    days: (count) => `${count} hari`,
    good: (percent) => `${percent} baik`,
    noChecks: 'belum diperiksa',
    someFailed: (failed, checks) => `${failed} dari ${checks} pemeriksaan gagal`,
    allGood: (checks) => `${checks} pemeriksaan, semua baik`,
    noCheckThatDay: 'tanpa pemeriksaan hari itu',
    outages: 'Gangguan',
    noOutages: 'Tidak ada gangguan dalam 30 hari terakhir.',
    lasts: (time) => `selama ${time}`,
    soFar: (time) => `sudah ${time}`,
    keys: 'Kiri dan kanan memilih hari.',
    more: 'Toko lainnya',
    none: 'Tidak ada toko yang cocok.',
    noStores: 'Belum ada toko.',
    checkNow: 'Periksa sekarang',
    checks: 'Pemeriksaan',
    noReports: 'Belum diperiksa.',
    failsFrom: (value) => `gagal mulai ${value}`,
    highest: (value) => `tertinggi ${value}`,
    name: {
      runtime: 'Runtime',
      intake: 'Pembaruan',
      telegram: 'Telegram',
      database: 'Basis data',
      queue: 'Antrean',
      gateway: 'Gerbang pembayaran',
      cpu: 'Prosesor',
      memory: 'Memori',
      disk: 'Disk',
      logs: 'Log',
    },
  },
);
