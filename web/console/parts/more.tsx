import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from '../ui/parts.tsx';
import { ProblemView } from '../ui/problem.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';

type Pages = Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error'> & {
  fetchNextPage(): Promise<unknown>;
};

/** The button for the next page of a list, where there is one; and why it did not come. */
export function More({ pages, label }: { pages: Pages; label?: string }) {
  const words = useWords(COMMON);
  if (pages.isFetchNextPageError) return <ProblemView error={pages.error} onRetry={() => void pages.fetchNextPage()} />;
  if (!pages.hasNextPage) return null;
  return (
    <div className="pt-3 text-center">
      <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {label ?? words.more}
      </Button>
    </div>
  );
}
