import { setTimeout as sleep } from 'node:timers/promises';
import { createDice } from './dice.ts';
import type { Person } from './person.ts';
import type { Plan } from './plan.ts';

/** The admin: fills the shelves, marks orders paid for customers who show a receipt, gives money back. */
export type Seller = {
  /** Puts goods on every shelf before the doors open. */
  stockUp(): Promise<void>;
  /** Works until `closed`, and then ends what was begun. */
  work(closed: () => boolean): Promise<void>;
  /** Does this to an order, for a customer who asks for it. */
  favour(what: Favour, orderId: number): Promise<void>;
  /** Goods that were sent to the shop and that the shop said it has, each by the word that it can be known by. */
  given(): ReadonlySet<string>;
};

/** Marking it paid on a receipt, or giving some of its money back. */
export type Favour = 'paid' | 'refund';

/** The word that a unit of goods is known by, wherever it shows. */
export const WORD = /unit-\d+-\d+-[0-9a-f]+/g;

const BATCH = 12;
const PAUSE_MS = 1200;
const FAVOUR_TRIES = 20;
const ONCE_MORE = { tries: 2 };

export function createSeller(plan: Plan, person: Person, productIds: readonly number[]): Seller {
  const { chat } = person;
  const dice = createDice(plan.seed, 'seller');
  const given = new Set<string>();
  const asked: { what: Favour; orderId: number; done(): void }[] = [];
  let serial = 0;

  function unitOf(product: number): { word: string; content: string } {
    serial += 1;
    const word = `unit-${product}-${serial}-${dice.whole(0, 0xffffff).toString(16)}`;
    const filler = plan.products[product]?.long ? ` ${'isi <panjang> & "berat" '.repeat(120)}` : ' <a>&b|"sandi"';
    return { word, content: `${word}${filler}` };
  }

  /** Opens a menu and presses what its room would offer there; the goods and orders are known by their numbers. */
  async function open(data: string, answer: string): Promise<boolean> {
    const menu = await person.until(() => chat.send('/admin'), 'Admin Settings');
    if (!menu) return false;
    const press = () => chat.tapData(data, { messageId: menu.id, force: true });
    return (await person.until(press, answer, { tries: 3 })) !== undefined;
  }

  /** Sends the same goods until the shop has them: what it has already, it skips. */
  async function restock(product: number, count: number): Promise<void> {
    const units = Array.from({ length: count }, () => unitOf(product));
    const bytes = units.map((unit) => unit.content).join('\n');
    for (;;) {
      if (!(await open(`prd:restock:${productIds[product]}`, 'Isi Stok'))) continue;
      const sent = await person.until(
        () => chat.sendDocument({ bytes, fileName: 'stok.txt' }),
        /isi ditambahkan|isi baru yang ditambahkan/,
        { tries: 2 },
      );
      if (sent) break;
    }
    for (const { word } of units) given.add(word);
  }

  /** Opens a form about an order; false when the shop says that it cannot be. */
  async function openForm({ what, orderId }: { what: Favour; orderId: number }): Promise<boolean | undefined> {
    const menu = await person.until(() => chat.send('/admin'), 'Admin Settings');
    if (!menu) return undefined;
    await person.try(() => chat.tapData(`ord:${what}:${orderId}`, { messageId: menu.id, force: true }));
    const answer = await person.either(/Tulis catatan|Langkah 1\/3/, /Tidak bisa|tidak ditemukan/, 4000);
    return answer === 'toast' ? false : answer && true;
  }

  async function mark(orderId: number) {
    const sure = await person.until(() => chat.send('kuitansi sudah dilihat'), 'Tandai lunas?', { tries: 1 });
    const press = () => chat.tapData(`wz:ord:marked:${orderId}`, { messageId: sure!.id, force: true });
    return sure && person.until(press, /ditandai lunas|sudah lunas sebelumnya|ke saldo pembeli/, ONCE_MORE);
  }

  async function refund() {
    const { until } = person;
    if (!(await until(() => chat.send('1.000'), 'Langkah 2/3', { tries: 1 }))) return undefined;
    const sure = await until(() => chat.send('barangnya terlambat'), 'Langkah 3/3', { tries: 1 });
    const press = () => chat.tapData('wz:ord:refunded', { messageId: sure!.id, force: true });
    return sure && until(press, /masuk ke saldo pembeli|ada refund lain/, ONCE_MORE);
  }

  async function fulfil(favour: { what: Favour; orderId: number }): Promise<void> {
    for (let tries = 0; tries < FAVOUR_TRIES; tries += 1) {
      const opened = await openForm(favour);
      if (opened === false) return;
      if (opened && (await (favour.what === 'paid' ? mark(favour.orderId) : refund()))) return;
    }
  }

  return {
    async stockUp() {
      for (const product of plan.products.keys()) await restock(product, BATCH);
    },
    async work(closed) {
      while (!closed() || asked.length > 0) {
        const next = asked.shift();
        if (next) {
          await fulfil(next);
          next.done();
        } else if (dice.chance(0.7)) {
          // The first product stays scarce, so that late money finds none of it.
          const product = dice.whole(dice.chance(0.2) ? 0 : 1, plan.products.length - 1);
          await restock(product, dice.whole(2, product === 0 ? 4 : BATCH));
        }
        if (!closed()) await sleep(PAUSE_MS);
      }
    },
    favour: (what, orderId) => new Promise((done) => asked.push({ what, orderId, done })),
    given: () => given,
  };
}
