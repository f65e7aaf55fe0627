export { envLine } from './env-file.ts';
export {
  type DeploymentFile,
  type DeploymentInput,
  type DeploymentTemplates,
  loadTemplates,
  renderDeployment,
} from './render.ts';
export { writeDeployment } from './write.ts';
