import pg from 'pg';
import type { Tx } from '../../../kernel/db.ts';

const ident = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

/** `powerful`: it may more than log in, or belongs to another role that may. */
export async function selectServingRole(tx: Tx, role: string): Promise<{ powerful: boolean } | undefined> {
  const [row] = await tx.query<{ powerful: boolean }>(
    `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
            OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS powerful
     FROM pg_roles r WHERE rolname = $1`,
    [role],
  );
  return row;
}

/** Up to PostgreSQL 15 a role grants itself to whomever it likes: a store's role must not make this one powerful. */
export async function leaveStoreRoles(tx: Tx, role: string): Promise<void> {
  const rows = await tx.query<{ rolname: string }>(
    `SELECT r.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
     WHERE m.rolname = $1 AND shobj_description(r.oid, 'pg_authid') LIKE 'lapak tenant %'`,
    [role],
  );
  for (const row of rows) await tx.query(`REVOKE ${ident(row.rolname)} FROM ${ident(role)}`);
}

export async function createServingRole(tx: Tx, role: string): Promise<void> {
  await tx.query(`CREATE ROLE ${ident(role)} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOLOGIN`);
}

export async function letLogIn(tx: Tx, role: string, verifier: string): Promise<void> {
  await tx.query(`ALTER ROLE ${ident(role)} LOGIN PASSWORD ${literal(verifier)}`);
}

/** In one transaction with what gives the rights: at no moment may the role change what was audited. */
export async function grantTables(tx: Tx, role: string, database: string): Promise<void> {
  const to = ident(role);
  await tx.query(`GRANT CONNECT ON DATABASE ${ident(database)} TO ${to}`);
  await tx.query(`GRANT USAGE ON SCHEMA public TO ${to}`);
  await tx.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${to}`);
  await tx.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${to}`);
  await tx.query(`REVOKE ALL ON audit_log, schema_migrations, installation FROM ${to}`);
  await tx.query(`GRANT SELECT, INSERT ON audit_log TO ${to}`);
  await tx.query(`GRANT SELECT ON schema_migrations, installation TO ${to}`);
}

export async function grantJobs(tx: Tx, role: string, schema: string): Promise<void> {
  const to = ident(role);
  await tx.query(`GRANT USAGE ON SCHEMA ${ident(schema)} TO ${to}`);
  await tx.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${ident(schema)} TO ${to}`);
  await tx.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${ident(schema)} TO ${to}`);
}
