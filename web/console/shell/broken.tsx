import { Link } from '../router/link.tsx';
import { Button, buttonClass } from '../ui/parts.tsx';
import { ProblemView } from '../ui/problem.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { useTitle } from './title.ts';

/** In the place of a screen that threw; the rest of the console goes on. */
export function BrokenScreen({ error, onReset }: { error: unknown; onReset(): void }) {
  const words = useWords(COMMON);
  return (
    <div className="flex max-w-2xl flex-col gap-4">
      <ProblemView error={error} onRetry={onReset} />
      <div>
        <Button onClick={() => window.location.reload()}>{words.reload}</Button>
      </div>
    </div>
  );
}

export function NoSuchScreen() {
  const words = useWords(COMMON);
  useTitle(words.notFound);
  return (
    <div className="flex flex-col items-center gap-2 py-16 text-center">
      <h1>{words.notFound}</h1>
      <p>{words.notFoundHelp}</p>
      <Link to="/" className={buttonClass()}>
        {words.home}
      </Link>
    </div>
  );
}
