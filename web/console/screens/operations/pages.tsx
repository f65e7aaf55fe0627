import { useInfiniteQuery } from '@tanstack/react-query';
import { More } from '../../parts/more.tsx';
import { OperationList } from '../../parts/operation-list.tsx';
import { readPages } from '../../parts/pages.ts';
import { Empty } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { useWords } from '../../words/language.ts';
import { OPERATION_WORDS } from '../../words/operation.ts';
import type { OperationsSearch } from './search.ts';

const PAGE = 25;

/** Operations that match, and older ones on demand. */
export function OperationPages({ store, state, isOfOneStore }: OperationsSearch & { isOfOneStore: boolean }) {
  const words = useWords(OPERATION_WORDS);
  const query = { limit: PAGE, ...(store !== undefined && { store }), ...(state && { state }) };
  const pages = useInfiniteQuery(readPages('/v1/operations', { query }));
  return (
    <Loaded query={pages}>
      {(data) => {
        const operations = data.pages.flatMap((page) => page.operations);
        if (operations.length === 0) return <Empty title={words.none} command="lapak operation list" />;
        return (
          <>
            <OperationList {...{ operations, isOfOneStore }} />
            <More pages={pages} label={words.more} />
          </>
        );
      }}
    </Loaded>
  );
}
