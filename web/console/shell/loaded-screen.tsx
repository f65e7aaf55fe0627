import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { GoTo } from '../ui/links.tsx';
import { buttonClass, Empty, ScreenHead } from '../ui/parts.tsx';
import { Loaded } from '../ui/problem.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { useTitle } from './title.ts';

type LoadedScreenProps<T> = {
  query: UseQueryResult<T>;
  /** The screen that lists what is shown here one by one. */
  list: { title: string; to: string };
  /** The command that lists it. */
  command: string;
  children(data: T): ReactNode;
};

/** A screen about one thing, by its address: of what is not there it says so, and where the others are. */
export function LoadedScreen<T>({ query, list, command, children }: LoadedScreenProps<T>) {
  const { data, error } = query;
  if (data === undefined && error instanceof ApiProblem && error.status === 404)
    return <NotThere detail={error.detail} list={list} command={command} />;
  return (
    <>
      {data === undefined && error && <ScreenHead title={list.title} />}
      <Loaded query={query}>{children}</Loaded>
    </>
  );
}

type NotThereProps = { detail: string } & Pick<LoadedScreenProps<unknown>, 'list' | 'command'>;

function NotThere({ detail, list, command }: NotThereProps) {
  const words = useWords(COMMON);
  useTitle(words.notThere);
  return (
    <>
      <ScreenHead title={words.notThere} />
      <Empty title={detail} command={command}>
        <p className="max-w-lg text-muted">{words.notFoundHelp}</p>
        <GoTo to={list.to} className={buttonClass()}>
          {list.title}
        </GoTo>
      </Empty>
    </>
  );
}
