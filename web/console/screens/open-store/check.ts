import './no-eval.ts';
import { CreateTenantRequest } from '../../../../control-plane/api/contract/tenants.ts';
import { type Draft, type Field, fieldAt, requestOf } from './draft.ts';

/** The fields whose values the contract refuses. Loaded when the form is: it brings the schemas' library along. */
export function refusedFields(draft: Draft): ReadonlySet<Field> {
  const parsed = CreateTenantRequest.safeParse(requestOf(draft));
  const pointers = parsed.success ? [] : parsed.error.issues.map(({ path }) => `/${path.join('/')}`);
  return new Set(pointers.map(fieldAt).filter((field) => field !== undefined));
}
