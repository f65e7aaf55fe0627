export { TEMPLATE_KEYS, TEMPLATES, type TemplateKey, type TemplateValues } from './defaults.ts';
export { createTemplates, type Rollback, type Templates } from './service.ts';
export { type TemplateProblem, validateTemplate } from './validate.ts';
