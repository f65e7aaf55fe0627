/** By them our driver, libpq and the programs of Postgres fill in what nobody told them; a shell has them for another database. */
const OURS_NEVER = /^PG[A-Z]/;

export function withoutPostgresVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS_NEVER.test(name)));
}

/** For the beginning of a program: what is to be known about a database stands in its own configuration. */
export function forgetPostgresVariables(env: NodeJS.ProcessEnv = process.env): void {
  for (const name of Object.keys(env)) if (OURS_NEVER.test(name)) delete env[name];
}
