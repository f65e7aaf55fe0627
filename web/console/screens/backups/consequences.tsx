import { exact, relative } from '../../ui/time.tsx';
import { BACKUPS } from '../../words/backups.ts';
import { useLanguage, useWords } from '../../words/language.ts';

type ConsequencesProps = { startedAt: string; database: string; onWithout(without: boolean): void };

/** What a restore will do, before it is asked for. */
export function Consequences({ startedAt, database, onWithout }: ConsequencesProps) {
  const words = useWords(BACKUPS);
  const language = useLanguage();
  return (
    <>
      <ul className="flex list-disc flex-col gap-1.5 pl-5">
        <li className="font-medium">
          {words.goesBack(exact(startedAt, language), relative(Date.parse(startedAt), Date.now(), language))}
        </li>
        <li>{words.lost}</li>
        <li>{words.kept(database)}</li>
        <li>{words.away}</li>
        <li>{words.newer}</li>
      </ul>
      <label className="mt-3 flex gap-2">
        <input type="checkbox" className="mt-1" onChange={({ target }) => onWithout(target.checked)} />
        {words.without}
      </label>
    </>
  );
}
