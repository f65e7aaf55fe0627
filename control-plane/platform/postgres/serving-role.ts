import { createDb } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { randomSecret } from '../../../kernel/ids.ts';
import { scramVerifier } from './scram.ts';
import {
  createServingRole,
  grantJobs,
  grantTables,
  leaveStoreRoles,
  letLogIn,
  selectServingRole,
} from './serving-role-sql.ts';

/**
 * The role that the API and the jobs work as in the control database: it owns nothing there, and can only add to the audit
 * log and read it. Its password is a new one at each start and is written down nowhere. No store's role can have its name,
 * which holds a dot.
 * @returns connection string of that role to the same database
 * @throws AppError CONFIG_INVALID when a role of the name may do more than that
 */
export async function prepareServingRole(connectionString: string): Promise<string> {
  const url = new URL(connectionString);
  const database = decodeURIComponent(url.pathname.slice(1));
  const role = `${database}.api`;
  const password = randomSecret(32);
  const owner = createDb({ connectionString, max: 1, applicationName: 'lapak-start' });
  try {
    await owner.tx(async (tx) => {
      await leaveStoreRoles(tx, role);
      const known = await selectServingRole(tx, role);
      if (known?.powerful)
        throw new AppError('CONFIG_INVALID', `DATABASE_URL: the role ${role} may do too much; drop it`);
      if (!known) await createServingRole(tx, role);
      await letLogIn(tx, role, scramVerifier(password));
      await grantTables(tx, role, database);
    });
  } finally {
    await owner.close();
  }
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.toString();
}

/** Lets that role enqueue jobs; once their tables are there. */
export async function openJobsToServingRole(connectionString: string, schema: string): Promise<void> {
  const role = `${decodeURIComponent(new URL(connectionString).pathname.slice(1))}.api`;
  const owner = createDb({ connectionString, max: 1, applicationName: 'lapak-start' });
  try {
    await owner.tx((tx) => grantJobs(tx, role, schema));
  } finally {
    await owner.close();
  }
}
