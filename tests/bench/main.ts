import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Measure, startOutside } from './bench.ts';
import { startCluster } from './cluster.ts';
import { machineFacts } from './facts.ts';
import { printable, ratioOf, type Section, verdictOf } from './report.ts';
import { killStores } from './runtime.ts';

const USAGE =
  'Usage: npm run bench [-- [--json] [updates] [acknowledgement] [settlement] [memory] [pooled] [fleet] [provision] [backup] [console] [cli]]\n' +
  '       npm run bench -- hostile [--seconds 600] [--stores 30]';

/** Loaded when it is wanted: one measure needs no other's libraries. */
const MEASURES: Record<string, () => Promise<Measure>> = {
  updates: async () => (await import('./updates/measure.ts')).measureUpdates,
  acknowledgement: async () => (await import('./acknowledgement/measure.ts')).measureAcknowledgement,
  settlement: async () => (await import('./settlement/measure.ts')).measureSettlement,
  memory: async () => (await import('./memory/measure.ts')).measureMemory,
  pooled: async () => (await import('./pooled/measure.ts')).measurePooled,
  fleet: async () => (await import('./fleet/measure.ts')).measureFleet,
  provision: async () => (await import('./provision/measure.ts')).measureProvision,
  backup: async () => (await import('./backup/measure.ts')).measureBackup,
  console: async () => (await import('./console/measure.ts')).measureConsole,
  cli: async () => (await import('./cli/measure.ts')).measureCli,
  hostile: async () => (await import('./hostile/measure.ts')).measureHostile,
};
/** Takes half an hour: only when it is named. */
const SOAK = 'hostile';

function wanted() {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '600' },
      stores: { type: 'string', default: '30' },
    },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !(name in MEASURES));
  if (unknown.length > 0) {
    console.error(`There is no measure called ${unknown.join(', ')}.\n${USAGE}`);
    process.exit(2);
  }
  const soak = { seconds: Number(values.seconds), stores: Number(values.stores) };
  if (!(soak.seconds >= 10) || !(soak.stores >= 2 && soak.stores <= 90)) {
    console.error(`A soak has 10 seconds and more, and 2 to 90 stores.\n${USAGE}`);
    process.exit(2);
  }
  const all = Object.keys(MEASURES).filter((name) => name !== SOAK);
  return { names: positionals.length > 0 ? positionals : all, json: values.json, soak };
}

const { names, json, soak } = wanted();
const say = (text: string) => process.stderr.write(`${text}\n`);
const scratch = await mkdtemp(join(tmpdir(), 'lapak-bench-scratch-'));
const cluster = await startCluster();
const world = await startOutside();
const sections: Section[] = [];
const facts = await machineFacts(cluster.admin);

const undos: (() => Promise<unknown>)[] = [killStores];

async function clearUp(): Promise<void> {
  for (const undo of undos.reverse()) await undo().catch((error: Error) => say(error.message));
  await Promise.all([world.outside.stop(), world.load.stop()]);
  await cluster.close();
  await rm(scratch, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void clearUp().finally(() => process.exit(130)));
}

try {
  for (const name of names) {
    say(`${name} …`);
    const measure = await (MEASURES[name] as () => Promise<Measure>)();
    try {
      sections.push({
        name,
        ...(await measure({ cluster, ...world, scratch, say, soak, atEnd: (undo) => undos.push(undo) })),
      });
    } catch (error) {
      sections.push({
        name,
        title: 'could not be measured',
        rows: [],
        notes: [],
        failed: (error as Error).stack ?? '',
      });
    }
  }
} finally {
  await clearUp();
}

if (json) {
  const withRatios = sections.map((section) => ({
    ...section,
    rows: section.rows.map((row) => ({ ...row, ratio: ratioOf(row), verdict: verdictOf(row) })),
  }));
  console.log(JSON.stringify({ facts, sections: withRatios }, undefined, 2));
} else {
  console.log(
    `\n${Object.entries(facts)
      .map(([name, fact]) => `${name}: ${fact}`)
      .join('\n')}\n`,
  );
  console.log(printable(sections));
}
process.exitCode = sections.some((section) => section.failed) ? 1 : 0;
