import { type ChildProcess, spawn } from 'node:child_process';
import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import { assertPortsFree } from '../faults.ts';
import { isShardRuntime } from '../pool/shard.ts';
import { MARKS } from './identity.ts';
import { openOutput, outputFile } from './log-file.ts';
import type { TenantRecord } from './record.ts';

export type LaunchOptions = {
  nodePath: string;
  runtimeEntry: string;
  /** Marks the process as started from this state folder. */
  mark: string;
  /** Folder, of the platform alone, where Node keeps what it made of the runtime's source: less memory, a faster start. */
  compileCache: string;
};

/** Variables of our own environment that a runtime needs. Everything else stays here, secrets above all. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** Less memory for each of the many stores of a shard, at some cost of processor time. */
const THRIFTY = { flags: ['--max-semi-space-size=2'], environment: { MALLOC_ARENA_MAX: '2' } } as const;

/** Share of the memory limit that V8's heap may take; the rest is buffers, code and stacks. */
const HEAP_SHARE = 0.75;

/**
 * Starts the runtime as the leader of a process group of its own, with its output in the store's log file, so that
 * nothing ties it to this process. Resolves once the system has made it.
 * @throws AppError RUNTIME_UNHEALTHY when one of its ports is taken, DRIVER_UNAVAILABLE when no process can be made
 */
export async function launch(record: TenantRecord, options: LaunchOptions): Promise<ChildProcess> {
  await assertPortsFree(record);
  const output = await openOutput(outputFile(record.folder));
  try {
    const child = spawn(
      options.nodePath,
      [
        `--max-old-space-size=${Math.floor(record.memoryMb * HEAP_SHARE)}`,
        ...(isShardRuntime(record.store) ? THRIFTY.flags : []),
        options.runtimeEntry,
        '--env-file',
        `${record.folder}/bot.env`,
      ],
      {
        cwd: record.folder,
        env: environment(record, options),
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
      },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return child;
  } catch (cause) {
    throw new AppError(
      'DRIVER_UNAVAILABLE',
      `No process could be started for ${record.store}: ${errorMessage(cause)}`,
      {
        cause,
      },
    );
  } finally {
    await output.close();
  }
}

/** Where the runtime listens is the driver's to say; bot.env says nothing of it. */
function environment(record: TenantRecord, { mark, compileCache }: LaunchOptions): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return {
    ...Object.fromEntries(inherited),
    [MARKS.tenant]: record.store,
    [MARKS.state]: mark,
    NODE_COMPILE_CACHE: compileCache,
    ...(isShardRuntime(record.store) ? THRIFTY.environment : {}),
    HOST: '127.0.0.1',
    LISTEN_TELEGRAM_PORT: String(record.ports.telegram),
    LISTEN_PAKASIR_PORT: String(record.ports.pakasir),
    LAPAK_GENERATION: String(record.generation),
  };
}
