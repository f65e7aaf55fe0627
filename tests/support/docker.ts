import Docker from 'dockerode';
import { errorMessage } from '../../kernel/errors.ts';

/** Image of the real runtime, which `.ci/engine.sh` builds. */
export const TEST_IMAGE = process.env.LAPAK_TEST_IMAGE ?? 'lapak-tenant-runtime:ci';

/** Image that the images of tests are built on. */
export const BASE_IMAGE = process.env.LAPAK_TEST_BASE_IMAGE ?? 'lapak-base:ci';

export type Availability = { available: true } | { available: false; reason: string };

/**
 * Whether tests that need an engine and these images can run here. In CI they must: there the absence of an engine is a
 * failure. Elsewhere the reason is printed, and they are skipped.
 */
export async function dockerAvailable(...images: string[]): Promise<Availability> {
  const reason = await whyNot(images);
  if (reason === undefined) return { available: true };
  if (process.env.CI) throw new Error(`Docker tests must run in CI: ${reason}`);
  process.stderr.write(`docker tests are skipped: ${reason}\n`);
  return { available: false, reason };
}

async function whyNot(images: string[]): Promise<string | undefined> {
  const docker = new Docker();
  try {
    await docker.ping();
  } catch (error) {
    return `no Docker engine answers (${errorMessage(error)}); .ci/engine.sh starts one`;
  }
  for (const image of images) {
    const missing = await docker
      .getImage(image)
      .inspect()
      .then(
        () => false,
        (error: { statusCode?: number }) => {
          if (error.statusCode === 404) return true;
          throw error;
        },
      );
    if (missing) return `the engine has no image ${image}; .ci/engine.sh builds it`;
  }
  return undefined;
}
