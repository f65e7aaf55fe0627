import type { Role } from '../../../../bot/context.ts';
import type { Wizards } from '../../../../bot/wizards.ts';
import type { TemplateEditor, Templates } from '../index.ts';

/** What the admin screens work with. */
export type TemplateAdminDeps = {
  wizards: Wizards;
  templates: Pick<Templates, 'sample'>;
  editor: TemplateEditor;
  mayEdit(role: Role): boolean;
  timeZone: string;
};
