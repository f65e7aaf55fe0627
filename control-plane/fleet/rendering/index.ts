export { type DeploymentInput, type DeploymentTemplates, envLine, loadTemplates, renderDeployment } from './render.ts';
export { writeDeployment } from './write.ts';
