/** What a child process of a test is given beside what it is about. */
export function childEnvironment(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  // CI runs as root, and nothing is at stake there.
  const common = { PATH, LAPAK_ALLOW_ROOT_PROCESSES: 'true' };
  return NODE_COMPILE_CACHE ? { ...common, NODE_COMPILE_CACHE } : common;
}
