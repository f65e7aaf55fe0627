import { join } from 'node:path';

/** `-` is no letter of an unquoted identifier; slugs hold no `_`, so two stores never meet. */
const underscored = (store: string) => store.replaceAll('-', '_');

export const databaseName = (store: string): string => `db_${underscored(store)}`;
export const roleName = (store: string): string => `lapak_${underscored(store)}`;

/** Name of the deployment folder and of the container. */
export const runtimeName = (store: string, gateway: string): string => `bot-${store}-${gateway}`;

/** UTC time as `yyyymmddhhmmss`, for what a removal keeps aside. */
function removalStamp(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(0, 14);
}

/** What a removed database or role is called from then on. */
export const removedName = (name: string, at: Date): string => `${name}__removed_${removalStamp(at)}`;

/** Where a removal keeps the logs and backups of a store. */
export function removedFolder(deployments: string, name: string, at: Date): string {
  return join(deployments, '.removed', `${name}-${removalStamp(at)}`);
}
