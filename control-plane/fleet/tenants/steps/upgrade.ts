import { AppError } from '../../../../kernel/errors.ts';
import type { OperationRow, Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { loadTenant } from '../runtime-spec.ts';
import { selectSnapshot } from '../snapshot-sql.ts';
import { keepSnapshot, putBack, takeSnapshot } from '../snapshots.ts';
import { updateIntent } from '../sql.ts';

/** Looks for the image before anything is touched. */
export function checkImage(deps: TenantDeps): Step {
  return {
    name: 'image',
    timeoutSeconds: 30,
    async run({ operation }) {
      const image = imageOf(operation);
      const id = await deps.driver.image(image);
      return {
        detail: id ? `${image}, ${short(id)}` : 'this driver has no images: it runs the code that is installed',
      };
    },
  };
}

/**
 * A new revision with the image, by its content: a name may stand for something else by the time that the way back is
 * needed. Without images the revision alone makes the driver start the installed code.
 */
export function reviseImage(deps: TenantDeps): Step {
  const { db, clock, driver, placement } = deps;
  return {
    name: 'revision',
    timeoutSeconds: 30,
    async run({ operation }) {
      const tenant = await loadTenant(deps, operation.tenant_id);
      const image = imageOf(operation);
      const imageId = await driver.image(image);
      const content = imageId ?? `installed:${operation.id}`;
      const running = (await driver.observe(tenant.store)).imageId ?? null;
      const revision = await db.tx(async (tx) => {
        if (await selectSnapshot(tx, operation.id)) return tenant.revision;
        const before = await takeSnapshot(deps, tx, tenant);
        before.intent.image_id ??= running;
        await keepSnapshot(deps, tx, { id: operation.id, tenantId: tenant.id }, before);
        // A shard goes on with the code that it was started with, which is the way back too.
        const shard = tenant.shard && (await placement.withInstalledCode(tx, tenant.shard));
        await updateIntent(tx, tenant.id, { ...tenant, image, image_id: content, shard }, clock.now());
        return tenant.revision + 1;
      });
      return { detail: `${revision}`, data: { imageId: imageId ?? null } };
    },
  };
}

/** The first step of a rollback: what was is wanted again. */
export function restoreRevision(deps: TenantDeps): Step {
  return {
    name: 'revision',
    timeoutSeconds: 30,
    async run({ operation }) {
      await deps.db.tx((tx) => putBack(deps, tx, operation));
      const { image, image_id: content, revision } = await loadTenant(deps, operation.tenant_id);
      return {
        detail: `${revision}, as it was before, with ${image}${content?.startsWith(SHA) ? ` (${short(content)})` : ''}`,
      };
    },
  };
}

function imageOf({ params }: OperationRow): string {
  if (params.image === undefined) throw new AppError('INTERNAL', 'The upgrade names no image.');
  return params.image;
}

const SHA = 'sha256:';
const short = (id: string): string => id.slice(SHA.length, SHA.length + 12);
