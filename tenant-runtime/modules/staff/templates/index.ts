export { templatesSection } from './configuration-section.ts';
export { LABELS as TEMPLATE_LABELS, rolledBack as templateRolledBack } from './copy.ts';
export {
  LONGEST_VALUE,
  type Placeholder,
  TEMPLATE_KEYS,
  TEMPLATES,
  type TemplateKey,
  type TemplateValues,
} from './defaults.ts';
export { createTemplateEditor, type TemplateEditor, type TemplateState, templateEditors } from './editor.ts';
export { templateFallback } from './fallback.ts';
export { escapeStray, type MarkupProblem, markupProblem } from './markup.ts';
export { createTemplates, type Rollback, type Templates } from './service.ts';
export { excessOfMarks, type TemplateProblem, validateTemplate } from './validate.ts';
