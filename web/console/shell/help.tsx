import { Dialog } from '../ui/dialog.tsx';
import { COMMON } from '../words/common.ts';
import { dictionary, useWords } from '../words/language.ts';
import { useScreens } from './screens.ts';

const WORDS = dictionary(
  {
    title: 'Keys',
    palette: 'Find a store or a screen',
    search: 'Search on this screen',
    help: 'This list',
    select: 'Select the store',
    next: 'Next or previous store',
  },
  {
    title: 'Tombol',
    palette: 'Cari toko atau layar',
    search: 'Cari di layar ini',
    help: 'Daftar ini',
    select: 'Pilih toko',
    next: 'Toko berikut atau sebelumnya',
  },
);

/** What the keys do. */
export function Help({ onClose }: { onClose(): void }) {
  const words = useWords(WORDS);
  const common = useWords(COMMON);
  const screens = useScreens();
  const rows: [string, string][] = [
    ['Ctrl K', words.palette],
    ['/', words.search],
    ['?', words.help],
    ['↓ ↑', words.next],
    ['x', words.select],
    ...screens.map(({ key, word }): [string, string] => [`g ${key}`, common[word]]),
  ];
  return (
    <Dialog title={words.title} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(' ').map((key) => (
                <kbd key={key} className="min-w-6 rounded border border-edge px-1.5 py-0.5 text-center font-mono">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
