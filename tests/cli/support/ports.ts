import { freePorts } from '../../support/ports.ts';

/** Three ports that nobody holds now; the third has room for a range above it. */
export async function threeFreePorts(): Promise<[number, number, number]> {
  const [a = 0, b = 0, c = 0] = await freePorts(3);
  return [a, b, Math.min(c, 65_000)];
}
