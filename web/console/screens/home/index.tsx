import { useQuery } from '@tanstack/react-query';
import { read } from '../../api/query.ts';
import { useTitle } from '../../shell/title.ts';
import { ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { COMMON } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';

export function Home() {
  const words = useWords(COMMON);
  useTitle(words.home);
  const summary = useQuery(read('/v1/summary', {}));
  return (
    <>
      <ScreenHead title={words.home} />
      <Loaded query={summary}>{({ tenants }) => <p>{tenants.total}</p>}</Loaded>
    </>
  );
}
