import type { Summary } from '../../../../control-plane/api/contract/index.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { GoTo } from '../../ui/links.tsx';
import { written } from '../../ui/numbers.ts';
import { HOME } from '../../words/home.ts';
import { useLanguage, useWords } from '../../words/language.ts';
import { Section } from './lists.tsx';

type Need = { count: number | undefined; word: Exclude<keyof typeof HOME.en, 'countedOf'>; to: string; isBad: boolean };

/** The worst first. */
function needsOf({ tenants, operations, incidents, rent, backups, rollouts }: Summary): Need[] {
  const all: Need[] = [
    { count: incidents?.unacknowledged, word: 'unacknowledged', to: '/incidents', isBad: true },
    { count: tenants.byState.failed, word: 'failed', to: '/fleet?state=failed', isBad: true },
    { count: rollouts.halted, word: 'halted', to: '/rollouts', isBad: true },
    { count: tenants.byState.degraded, word: 'degraded', to: '/fleet?state=degraded', isBad: false },
    { count: operations.failed, word: 'failedOperations', to: '/operations?state=failed', isBad: false },
    { count: backups.failedDrills, word: 'failedDrills', to: '/backups', isBad: true },
    { count: backups.stale, word: 'stale', to: '/backups?stale=true', isBad: false },
    { count: rent.overdue, word: 'overdue', to: '/fleet?rent=overdue', isBad: false },
  ];
  return all.filter(({ count }) => count);
}

export function Needs({ summary }: { summary: Summary }) {
  const words = useWords(HOME);
  const language = useLanguage();
  const needs = needsOf(summary);
  return (
    <Section title={words.needs}>
      {needs.length === 0 ? (
        <p className="flex items-center gap-2 p-3 text-accent">
          <Icon name="check" /> {words.nothing}
        </p>
      ) : (
        <ul className="py-1">
          {needs.map(({ count = 0, word, to, isBad }) => {
            const icon: IconName = isBad ? 'cross' : 'warning';
            return (
              <li key={word}>
                <GoTo to={to} className="flex min-h-9 items-center gap-2 px-3 py-1 hover:bg-raised">
                  <Icon name={icon} className={isBad ? 'text-danger' : 'text-warn'} />
                  <span className="min-w-10 text-right font-semibold">{written(count, language)}</span>
                  <span className="min-w-0">{words[word]}</span>
                </GoTo>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
