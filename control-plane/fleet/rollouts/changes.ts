import { AppError } from '../../../kernel/errors.ts';
import type { Caller } from '../../api/caller.ts';
import type { OperationKind } from '../../api/contract/index.ts';
import type { Driver } from '../drivers/index.ts';
import type { TenantRow, Tenants } from '../tenants/index.ts';
import { contentOf } from './failed-images.ts';
import type { Change, RolloutRow } from './sql.ts';
import type { Before } from './stores-sql.ts';

/** What carries out the change of one store: ordinary operations. Each writes through `caller.remember` in its transaction. */
export type ChangesDeps = {
  tenants: Pick<Tenants, 'upgrade' | 'update' | 'run' | 'suspend' | 'resume'>;
  backup(store: string, caller: Caller): Promise<unknown>;
  driver: Pick<Driver, 'image' | 'observe'>;
};

const KIND_OF: Readonly<Record<Change['kind'], OperationKind>> = {
  image: 'upgrade',
  configuration: 'configure',
  restart: 'restart',
  backup: 'backup',
  suspend: 'suspend',
  resume: 'resume',
};

/** The operation that a change is for each store. */
export const operationKindOf = (change: Change): OperationKind => KIND_OF[change.kind];

/** Why a change cannot be taken back; undefined where it can. */
export function whyFinal(change: Change): string | undefined {
  if (change.kind === 'restart') return 'A restart leaves nothing that could be brought back.';
  return change.kind === 'backup' ? 'A backup changes nothing that could be brought back.' : undefined;
}

/** Why a store needs no change, or must be left alone; undefined where it is to be changed. Pure. */
export function whySkip({ change, image_id: imageId }: RolloutRow, tenant: TenantRow): string | undefined {
  const { desired_state: desired } = tenant;
  if (desired === 'removed') return 'it is being removed';
  if (change.kind === 'image' && imageId !== null && tenant.image_id === imageId) return 'it has this image already';
  if (change.kind === 'configuration' && hasSettings(change, tenant)) return 'it has these settings already';
  if (change.kind === 'restart' && desired !== 'running') return `it is ${desired}`;
  if (change.kind === 'suspend' && desired === 'suspended') return 'it is suspended already';
  if (change.kind === 'resume' && desired !== 'suspended') return 'it is not suspended';
  return undefined;
}

type Settings = Extract<Change, { kind: 'configuration' }>;

const limitsOf = (tenant: TenantRow): Before['limits'] => ({
  memoryMb: tenant.memory_mb,
  cpus: tenant.cpus,
  pids: tenant.pids,
});

function hasSettings({ env = {}, limits = {} }: Settings, tenant: TenantRow): boolean {
  const now = limitsOf(tenant);
  return (
    Object.entries(env).every(([key, value]) => (tenant.env[key] ?? null) === value) &&
    LIMITS.every((name) => limits[name] === undefined || limits[name] === now[name])
  );
}

const LIMITS = ['memoryMb', 'cpus', 'pids'] as const;

export function createStoreChanges({ tenants, backup, driver }: ChangesDeps) {
  /** The image from before by its name, or by its content where the name stands for something else by now. */
  async function earlierImage({ image, imageId }: Before): Promise<string> {
    if (imageId === null || !imageId.startsWith('sha256:')) return image;
    const now = await driver.image(image).catch((error) => {
      // Whether an engine that does not answer has it, nobody knows: the store is left for later.
      if (error instanceof AppError && error.code === 'IMAGE_NOT_FOUND') return undefined;
      throw error;
    });
    return now === imageId ? image : imageId;
  }

  return {
    /** What the change of a store will replace. */
    async before({ change }: RolloutRow, tenant: TenantRow): Promise<Before> {
      const running = change.kind === 'image' ? (await driver.observe(tenant.store)).imageId : undefined;
      const { revision, image } = tenant;
      const keys = change.kind === 'configuration' ? Object.keys(change.env ?? {}) : [];
      const env = Object.fromEntries(Object.entries(tenant.env).filter(([key]) => keys.includes(key)));
      return { revision, image, imageId: tenant.image_id ?? running ?? null, env, limits: limitsOf(tenant) };
    },
    /** Begins the operation that changes a store. @throws AppError as the operation does */
    async begin({ change }: RolloutRow, { store }: TenantRow, caller: Caller): Promise<void> {
      if (change.kind === 'image') {
        const { image, withoutBackup } = change;
        await tenants.upgrade(store, { image, ...(withoutBackup ? { withoutBackup } : {}) }, caller);
      } else if (change.kind === 'configuration') {
        await tenants.update(store, { env: change.env, limits: change.limits }, caller);
      } else if (change.kind === 'backup') await backup(store, caller);
      else if (change.kind === 'restart') await tenants.run(store, 'restart', caller);
      else if (change.kind === 'suspend') await tenants.suspend(store, change.reason ?? null, caller);
      else await tenants.resume(store, caller);
    },
    /** Begins the operation that brings a store back. @returns why it is left alone, where it is */
    async back(rollout: RolloutRow, tenant: TenantRow, was: Before, caller: Caller): Promise<string | undefined> {
      const { change } = rollout;
      const { store } = tenant;
      if (change.kind === 'image') {
        if (!hasImageOf(rollout, change.image, tenant)) return 'it has another image by now';
        const image = await earlierImage(was);
        await tenants.upgrade(store, { image, ...(change.withoutBackup ? { withoutBackup: true } : {}) }, caller);
      } else if (change.kind === 'configuration') {
        const earlier = earlierSettings(change, tenant, was);
        if (earlier === undefined) return 'its settings were changed since';
        await tenants.update(store, earlier, caller);
      } else if (change.kind === 'suspend') {
        if (tenant.desired_state !== 'suspended') return 'it is not suspended any more';
        await tenants.resume(store, caller);
      } else {
        if (tenant.desired_state === 'suspended') return 'it is suspended already';
        await tenants.suspend(store, null, caller);
      }
      return undefined;
    },
  };
}

export type StoreChanges = ReturnType<typeof createStoreChanges>;

function hasImageOf({ image_id: imageId }: RolloutRow, image: string | undefined, tenant: TenantRow): boolean {
  return imageId === null ? tenant.image === image : tenant.image_id === imageId;
}

/** Earlier values of exactly the keys that still have what the rollout gave them; undefined when none has. Pure. */
function earlierSettings(
  { env = {}, limits = {} }: Settings,
  tenant: Pick<TenantRow, 'env' | 'memory_mb' | 'cpus' | 'pids'>,
  was: Pick<Before, 'env' | 'limits'>,
): { env?: Record<string, string | null>; limits?: Partial<Before['limits']> } | undefined {
  const now = { memoryMb: tenant.memory_mb, cpus: tenant.cpus, pids: tenant.pids };
  const keys = Object.entries(env).filter(([key, value]) => (tenant.env[key] ?? null) === value);
  const back = Object.fromEntries(keys.map(([key]) => [key, was.env[key] ?? null]));
  const names = LIMITS.filter((name) => limits[name] !== undefined && limits[name] === now[name]);
  const earlier: Partial<Before['limits']> = {};
  for (const name of names) earlier[name] = was.limits[name];
  if (keys.length === 0 && names.length === 0) return undefined;
  return { ...(keys.length > 0 ? { env: back } : {}), ...(names.length > 0 ? { limits: earlier } : {}) };
}

/** The content that a rollout brings, as it is known of images that failed; undefined for one that brings none. */
export const contentBrought = ({ change, image_id: imageId }: RolloutRow): string | undefined =>
  change.kind === 'image' && change.image !== undefined ? contentOf(change.image, imageId) : undefined;
