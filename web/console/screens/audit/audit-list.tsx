import { useInfiniteQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { AuditEntry } from '../../../../control-plane/api/contract/index.ts';
import { Actor } from '../../parts/actor.tsx';
import { More } from '../../parts/more.tsx';
import { readPages } from '../../parts/pages.ts';
import { Link } from '../../router/link.tsx';
import { Empty } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { Time } from '../../ui/time.tsx';
import { AUDIT } from '../../words/audit.ts';
import { useWords } from '../../words/language.ts';
import { changesOf } from './changes.ts';
import type { AuditSearch } from './search.ts';

type Entry = z.infer<typeof AuditEntry>;

export const isDay = (text: string): boolean =>
  /^20\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00`));

/** Entries of the audit log, newest first; each opens to what it changed. */
export function AuditList({ filter }: { filter: AuditSearch }) {
  const words = useWords(AUDIT);
  const { since, ...others } = filter;
  // A day begins at midnight here. What is no day is told beside its field, and filters nothing.
  const moment = since !== undefined && isDay(since) ? new Date(`${since}T00:00:00`).toISOString() : undefined;
  const pages = useInfiniteQuery(readPages('/v1/audit', { query: { ...others, ...(moment && { since: moment }) } }));
  return (
    <Loaded query={pages}>
      {(data) => {
        const entries = data.pages.flatMap((page) => page.entries);
        if (entries.length === 0) {
          const isFiltered = Object.keys(filter).length > 0;
          return <Empty title={isFiltered ? words.nothing : words.empty} command="lapak audit" />;
        }
        return (
          <>
            <ul className="panel divide-y divide-line">
              {entries.map((entry) => (
                <AuditItem key={entry.id} entry={entry} />
              ))}
            </ul>
            <More pages={pages} label={words.older} />
          </>
        );
      }}
    </Loaded>
  );
}

const isWell = (result: string): boolean => ['accepted', 'done', 'succeeded'].includes(result);

function AuditItem({ entry }: { entry: Entry }) {
  const words = useWords(AUDIT);
  const { at, actor, actorName, action, target, result, requestId } = entry;
  return (
    <li>
      <details className="group">
        <summary className="grid cursor-pointer gap-x-4 gap-y-0.5 px-3 py-2 hover:bg-raised sm:grid-cols-[9.5rem_12rem_minmax(0,1fr)_minmax(0,14rem)_6rem]">
          <Time at={at} />
          <span className="break-all font-medium">{action}</span>
          <span className="break-all">{target}</span>
          <Actor actor={actor} name={actorName} className="text-muted" />
          <span className={`break-all ${isWell(result) ? 'text-muted' : 'text-danger'}`}>{result}</span>
        </summary>
        <div className="flex flex-col gap-2 px-3 pb-3">
          <Changes entry={entry} />
          <p className="flex flex-wrap gap-x-4 text-muted">
            <Link to="/audit" search={{ target }} className="link break-all">
              {words.target}: {target}
            </Link>
            <Link to="/audit" search={{ actor }} className="link break-all">
              {words.actor}: <Actor actor={actor} name={actorName} />
            </Link>
            {requestId && (
              <span className="break-all">
                {words.request}: {requestId}
              </span>
            )}
          </p>
        </div>
      </details>
    </li>
  );
}

/** What was there before and after, line by line; values are text, whatever they hold. */
function Changes({ entry: { before, after } }: { entry: Entry }) {
  const words = useWords(AUDIT);
  const changes = changesOf(before, after);
  if (changes.length === 0) return <p className="text-muted">{words.noChange}</p>;
  return (
    <dl className="flex flex-col gap-2 font-mono text-[0.92em]">
      {changes.map(({ path, before: was, after: is }) => (
        <div key={path} className="grid gap-x-3 sm:grid-cols-[minmax(6rem,12rem)_minmax(0,1fr)]">
          <dt className="break-all text-muted">{path}</dt>
          <dd className="min-w-0 whitespace-pre-wrap break-words">
            {was !== undefined && (
              <del className="block text-danger no-underline">
                <span aria-hidden="true">− </span>
                <span className="sr-only">{words.before}: </span>
                {was}
              </del>
            )}
            {is !== undefined && (
              <ins className="block text-accent no-underline">
                <span aria-hidden="true">+ </span>
                <span className="sr-only">{words.after}: </span>
                {is}
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
