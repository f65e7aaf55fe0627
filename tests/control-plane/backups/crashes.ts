import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backup, Operation } from '../../../control-plane/api/contract/index.ts';
import { createDb } from '../../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { clusterUrl } from '../../support/postgres.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { planeEnvironment } from '../support/plane.ts';
import type { StartServer } from '../support/server-process.ts';

const available = await backupsAvailable();

/** @param start how the control plane is run, in this process or in one of its own */
export function describeBackupCrashes(start: StartServer): void {
  /** Within the steps; between them any operation is killed elsewhere. */
  const PLACES = ['backup.dumped', 'backup.sealed', 'backup.verify.after', 'backup.copied'];

  describe.skipIf(!available)('a control plane that is killed during a backup', () => {
    let sandbox: Sandbox;
    let env: Record<string, string>;
    const store = 'terbunuh';
    beforeAll(async () => {
      sandbox = createSandbox();
      const { url } = await sandbox.listen();
      env = { ...(await planeEnvironment(url)), BACKUP_AUTOMATIC_OFFSITE: 'true' };
      const server = await start(env);
      await server.api.open({ store, telegramBotToken: sandbox.telegram.createBot({}).token });
      server.kill('SIGTERM');
      await server.exited;
    }, 120_000);
    afterAll(async () => {
      if (!env) return;
      const server = await start(env);
      const { body } = await server.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}?purge=true`);
      await server.api.ended(body.operation.id);
      server.kill('SIGTERM');
      await server.exited;
      await sandbox.close();
      const admin = createDb({ connectionString: clusterUrl(), max: 1 });
      await admin.query(`DROP DATABASE IF EXISTS ${env.LAPAK_CONTROL_DATABASE} WITH (FORCE)`);
      await admin.close();
      rmSync(env.LAPAK_HOME as string, { recursive: true, force: true });
    }, 120_000);

    test.each(PLACES)(
      'at %s goes on with it: one backup, verified, with one copy, and nothing else',
      async (place) => {
        const first = await start(env, place);
        const before = (await listed(first.api)).length;
        const { body } = await first.api.call<{ operation: Operation }>('POST', `/v1/tenants/${store}/backups`);
        expect((await first.exited).signal).toBe('SIGKILL');
        const local = join(env.LAPAK_DEPLOYMENTS as string, `bot-${store}-qris`, 'backups', 'local');
        // What a writer that was killed in the middle leaves.
        writeFileSync(join(local, 'backup-20200101-000000.tar.gz.enc.part'), 'half');
        const second = await start(env);
        expect(await second.api.ended(body.operation.id)).toMatchObject({ state: 'succeeded' });
        const backups = await listed(second.api);
        expect(backups).toHaveLength(before + 1);
        expect(backups[0]).toMatchObject({
          state: 'verified',
          offsite: { state: 'verified' },
          operation: body.operation.id,
        });
        const files = backups.flatMap(({ file }) => [file, `${file}.meta.json`]).sort();
        const there = readdirSync(local).filter((name) => name !== 'backup-20200101-000000.tar.gz.enc.part');
        expect(there.sort()).toEqual(files);
        const [{ local: here, offsite }] = backups as [Backup];
        expect(readFileSync(offsite?.place as string).equals(readFileSync(here?.path as string))).toBe(true);
        second.kill('SIGTERM');
        await second.exited;
      },
      120_000,
    );

    const listed = async (api: Awaited<ReturnType<StartServer>>['api']) =>
      (await api.call<{ backups?: Backup[] }>('GET', `/v1/tenants/${store}/backups`)).body.backups ?? [];
  });
}
