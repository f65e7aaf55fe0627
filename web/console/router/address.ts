import { PATHS, type RoutePath, type Searches } from '../paths.ts';

type Names<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** A screen, with what stands in its path and after its `?`. */
export type Target<P extends RoutePath = RoutePath> = P extends RoutePath
  ? { to: P; search?: P extends keyof Searches ? Searches[P] : undefined } & ([Names<P>] extends [never]
      ? { params?: undefined }
      : { params: Record<Names<P>, string> })
  : never;

/** `?state=failed`, or nothing. */
export function searchText(search: object = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) if (value !== undefined) given.set(name, String(value));
  return given.size > 0 ? `?${given}` : '';
}

/** The address of a screen, below BASE. */
export function addressOf({ to, params, search }: Target): string {
  const values: Readonly<Record<string, string>> = params ?? {};
  return to.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? '')) + searchText(search);
}

export type Match = { route: RoutePath | undefined; params: Readonly<Record<string, string>> };

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '');
const PATTERNS = PATHS.map((route) => ({ route, pattern: segmentsOf(route) }));

/** Which screen a path below BASE leads to, if any. */
export function matchOf(path: string): Match {
  const segments = segmentsOf(path);
  for (const { route, pattern } of PATTERNS) {
    const params = paramsOf(pattern, segments);
    if (params) return { route, params };
  }
  return { route: undefined, params: {} };
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const segment = segments[at] ?? '';
    if (expected.startsWith(':')) params[expected.slice(1)] = decoded(segment);
    else if (expected !== segment) return undefined;
  }
  return params;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A `%` that encodes nothing stands for itself.
    return segment;
  }
}
