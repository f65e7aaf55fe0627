import Docker from 'dockerode';
import type { Environment } from '../../kernel/config.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { broken, type Check, ok } from './check.ts';
import { driverOf, settingOf } from './settings.ts';

const DEFAULT_IMAGE = 'lapak/tenant-runtime:latest';

export function dockerCheck(env: Environment): Check {
  return {
    name: 'Docker',
    async run() {
      if (driverOf(env) === 'process') return ok('not needed: stores run as processes (LAPAK_DRIVER=process)');
      const docker = new Docker({ timeout: 5000 });
      let version: string;
      try {
        version = (await docker.version()).Version;
      } catch (error) {
        return broken(
          `the engine does not answer: ${errorMessage(error)}`,
          'Start Docker, and let this user use it (group docker, or DOCKER_HOST). Or set LAPAK_DRIVER=process.',
        );
      }
      const image = settingOf(env, 'LAPAK_IMAGE') ?? DEFAULT_IMAGE;
      const known = await docker
        .getImage(image)
        .inspect()
        .then(
          () => true,
          (error: { statusCode?: number }) => {
            if (error.statusCode === 404) return false;
            throw error;
          },
        );
      if (known) return ok(`engine ${version}, image ${image}`);
      return broken(
        `engine ${version}, but the image ${image} is not there`,
        `Build it: docker build --target tenant-runtime --tag ${image} .`,
      );
    },
  };
}
