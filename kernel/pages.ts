/** Nothing from elsewhere, nothing inline, in nobody's frame: what a page shows is shown, and never run. */
const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'object-src': "'none'",
};

/**
 * Headers of a page and of its files, wherever one of ours is served.
 * @param more directives that this page needs beside the policy of all
 */
export function pageHeaders(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const directives = Object.entries({ ...POLICY, ...more }).map(([name, sources]) => `${name} ${sources}`);
  return {
    'content-security-policy': directives.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** What stands in for a page that is not built. @param title plain text; @param more HTML */
export const notBuiltPage = (title: string, more = ''): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}: its pages are not built</h1>
<p>In the folder of Lapak: <code>npm ci &amp;&amp; npm run build</code>, then load this page again.</p>
${more}</html>
`;
