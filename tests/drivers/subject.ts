import type { Driver, Observation, RuntimeSpec } from '../../control-plane/fleet/drivers/driver.ts';
import type { Fake } from './stores.ts';

/** What a driver's own test file gives to the contract. */
export type Subject = {
  kind: Driver['kind'];
  /** JSON for `driver-process.ts`, by which another process makes the same driver over the same state. */
  setup: Record<string, unknown>;
  image: string;
  /** Says in a new spec what this driver needs beyond what every driver needs. */
  adapt?(spec: RuntimeSpec): RuntimeSpec;
  create(): Driver;
  /** Places within `ensure` of a changed spec where the control plane is killed. */
  killPoints: readonly string[];
  /** How a crash of the fake runtime is told. */
  crashExit: Partial<NonNullable<Observation['exit']>>;
  /** False where a store shares its process, so that what it takes of the machine is not told. */
  measuresUsage: boolean;
  /** Runtimes of the store that exist now, counted past the driver. */
  count(store: string): Promise<number>;
  /** Checks that the limits of the spec are in force for the runtime that answers. */
  expectLimits(spec: RuntimeSpec, answer: Fake): Promise<void>;
  /** Everything that the platform shows to others about the runtime: argv, environment, inspection. */
  visible(spec: RuntimeSpec): Promise<string>;
};
