import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Icon } from './icon.tsx';
import { Button, Skeleton } from './parts.tsx';

/** What went wrong, as the API said it, and what can be done. */
export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = useWords(COMMON);
  const problem = error instanceof ApiProblem ? error : undefined;
  const detail = problem?.detail ?? (error instanceof Error ? error.message : String(error));
  return (
    <div role="alert" className="panel flex flex-col gap-2 border-danger p-4">
      <p className="flex items-center gap-2 font-semibold text-danger">
        <Icon name="warning" />
        {problem?.code === 'NETWORK' ? words.network : (problem?.title ?? words.broken)}
      </p>
      <p className="break-words">{detail}</p>
      {problem && problem.errors.size > 0 && (
        <ul className="list-disc pl-5">
          {[...problem.errors].map(([pointer, expected]) => (
            <li key={pointer} className="break-words">
              <code className="font-mono">{pointer}</code>: {expected}
            </li>
          ))}
        </ul>
      )}
      {problem && (
        <p className="break-all text-muted">
          {problem.code}
          {problem.requestId && ` · ${words.request} ${problem.requestId}`}
        </p>
      )}
      {onRetry && (
        <div>
          <Button onClick={onRetry}>{words.retry}</Button>
        </div>
      )}
    </div>
  );
}

/** A read as lines while it is on its way, as a problem when it failed, else what `children` makes of it. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<T>;
  lines?: number;
  children(data: T): ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton {...(lines !== undefined && { lines })} />;
}
