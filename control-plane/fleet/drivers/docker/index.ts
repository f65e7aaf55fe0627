export { createDockerDriver, type DockerDriverOptions } from './driver.ts';
