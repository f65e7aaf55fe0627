/**
 * The calls to the engine that the docker driver makes, and nothing else of what is as good as root. Whoever takes over the
 * control plane can start, stop and look at stores; not mount this machine's files, nor enter what is not Lapak's.
 */
export type Verdict =
  /** `own`: only for a container that carries Lapak's label. `body`: the body is looked into first. */
  { allowed: true; own?: string; body?: 'container' | 'network' | 'exec' } | { allowed: false };

type Rule = { method: string; path: RegExp; own?: boolean; body?: 'container' | 'network' | 'exec' };

const ID = '([A-Za-z0-9][A-Za-z0-9_.-]*)';
const path = (text: string) => new RegExp(`^(?:/v\\d+\\.\\d+)?${text.replace(':id', ID)}$`);

const RULES: readonly Rule[] = [
  { method: 'GET', path: path('/_ping') },
  { method: 'HEAD', path: path('/_ping') },
  { method: 'GET', path: path('/version') },
  { method: 'GET', path: path('/info') },
  { method: 'GET', path: path('/events') },
  { method: 'GET', path: path('/networks') },
  { method: 'POST', path: path('/networks/create'), body: 'network' },
  { method: 'GET', path: path('/images/(?:[A-Za-z0-9_.:/@-]|%[0-9A-Fa-f]{2})+/json') },
  { method: 'GET', path: path('/containers/json') },
  { method: 'POST', path: path('/containers/create'), body: 'container' },
  // Of another one it tells the name and the label, by which the driver knows that it is not its own.
  { method: 'GET', path: path('/containers/:id/json'), own: true },
  { method: 'GET', path: path('/containers/:id/(?:logs|stats)'), own: true },
  { method: 'POST', path: path('/containers/:id/(?:start|stop|rename|unpause)'), own: true },
  { method: 'POST', path: path('/containers/:id/exec'), own: true, body: 'exec' },
  { method: 'POST', path: path('/exec/[0-9a-f]{64}/start') },
  { method: 'DELETE', path: path('/containers/:id'), own: true },
];

/** @param pathname of the request, as it was sent: what is encoded twice fits no rule */
export function judge(method: string, pathname: string): Verdict {
  for (const rule of RULES) {
    if (rule.method !== method) continue;
    const match = rule.path.exec(pathname);
    if (!match) continue;
    return {
      allowed: true,
      ...(rule.own && match[1] ? { own: match[1] } : {}),
      ...(rule.body ? { body: rule.body } : {}),
    };
  }
  return { allowed: false };
}
