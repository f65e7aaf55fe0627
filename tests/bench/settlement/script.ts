import type { Bench } from '../bench.ts';
import type { Worker } from '../worker.ts';

/**
 * What stands for the parameters of each statement of the settlement, in pgbench's terms. `:id` is the order, and its
 * payment. pgbench takes a colon before a letter for a variable, also in a text: there is none in these.
 */
const COLON = 'chr(58)';
const ID = ':id::bigint';

const jobOf = (queue: string, key: string) =>
  `concat('[{"id": null, "name": "${queue}", "data": {', '"${key}": ', ${ID}, '}, "priority": 0, "singletonKey": null, "singletonOffset": 0, "groupId": null, "groupTier": null, "deadLetter": null, "__traceContext": null}]')`;

const STATEMENTS: readonly { begins: string; parameters: readonly string[] }[] = [
  { begins: 'BEGIN', parameters: [] },
  { begins: 'SELECT orders.id', parameters: [ID] },
  { begins: 'UPDATE payments', parameters: [ID, 'now()', `concat('bench-', ${ID})`, 'false'] },
  { begins: 'WITH sold AS ( UPDATE stock_units', parameters: [ID] },
  { begins: 'UPDATE orders', parameters: [ID, "'webhook'", 'NULL', 'now()'] },
  { begins: 'INSERT INTO deliveries', parameters: [ID] },
  { begins: 'INSERT INTO jobs.', parameters: [jobOf('delivery', 'orderId')] },
  { begins: 'INSERT INTO jobs.', parameters: [jobOf('notice', 'orderId')] },
  { begins: 'SELECT id, ref', parameters: [ID] },
  { begins: 'INSERT INTO jobs.', parameters: [jobOf('invoice', 'paymentId')] },
  {
    begins: 'INSERT INTO owner_events',
    parameters: [
      `concat('order', ${COLON}, ${ID}, ${COLON}, 'paid')`,
      "'transaction'",
      "'info'",
      `concat('💸 Pesanan <code>bench-', ${ID}, '</code> lunas, Rp15.000.')`,
      'now()',
    ],
  },
  { begins: 'COMMIT', parameters: [] },
];

/** Each client of pgbench counts its own way through the orders, beginning at `:first`. */
const COUNT = '\\set turn :turn + 1\n\\set id :first + :client_id * :each + :turn - 1';

/**
 * The script of pgbench, from the very statements that one settlement of `worker` sends. Fails when the settlement has
 * become another one, for then the parameters above must be looked at.
 */
export async function settlementScript(bench: Bench, database: string, worker: Worker, order: number): Promise<string> {
  const one = { kind: 'settle', from: order, count: 1, concurrency: 1 };
  const sent = (await bench.cluster.statements(() => worker.ask(one)))(database);
  const same =
    sent.length === STATEMENTS.length && sent.every((text, at) => text.startsWith(STATEMENTS[at]?.begins ?? '?'));
  if (!same) {
    const heads = sent.map((text) => text.slice(0, 50)).join('\n');
    throw new Error(`the settlement sends other statements now; mend tests/bench/settlement/script.ts:\n${heads}`);
  }
  const bound = sent.map((text, at) => `${bind(text, STATEMENTS[at]?.parameters ?? [])};`);
  return [COUNT, ...bound, ''].join('\n');
}

function bind(text: string, parameters: readonly string[]): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => parameters[Number(number) - 1] ?? 'missing parameter');
}
