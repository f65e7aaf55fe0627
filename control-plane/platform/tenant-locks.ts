/** Turns per tenant within this process: an operation and the reconciler never work on one store at the same time. */
export type TenantLocks = {
  /** Runs `work` when everybody before it is done. */
  run<T>(tenantId: string, work: () => Promise<T>): Promise<T>;
  /** Runs `work` at once, or not at all when somebody else is at work. */
  tryRun<T>(tenantId: string, work: () => Promise<T>): Promise<T | undefined>;
};

export function createTenantLocks(): TenantLocks {
  const tails = new Map<string, Promise<void>>();
  async function run<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const before = tails.get(tenantId);
    const { promise: tail, resolve: done } = Promise.withResolvers<void>();
    tails.set(tenantId, tail);
    await before;
    try {
      return await work();
    } finally {
      done();
      if (tails.get(tenantId) === tail) tails.delete(tenantId);
    }
  }
  return {
    run,
    tryRun: async (tenantId, work) => (tails.has(tenantId) ? undefined : run(tenantId, work)),
  };
}
