/** One thing that an entry of the audit log changed: where it is, and what it was and is, as text. */
export type Change = { path: string; before: string | undefined; after: string | undefined };

const LONGEST = 2_000;
const MOST = 200;

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/** Values of any kind as one text; a text as it is, anything else as JSON. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The leaves of a value by their paths; of any depth, no recursion. */
function leavesOf(value: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  if (value === null || value === undefined) return leaves;
  const left: { path: string; value: unknown }[] = [{ path: '', value }];
  for (let next = left.shift(); next && leaves.size < MOST; next = left.shift()) {
    const { path, value: at } = next;
    if (!isTree(at)) leaves.set(path, shown(at));
    else
      for (const [key, below] of Object.entries(at)) left.push({ path: path ? `${path}.${key}` : key, value: below });
  }
  return leaves;
}

/** What is different between two values, by path; what is the same on both sides is left out. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  const was = leavesOf(before);
  const is = leavesOf(after);
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((change) => change.before !== change.after);
}
