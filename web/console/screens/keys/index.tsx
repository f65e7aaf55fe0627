import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey, ApiKeyCreated } from '../../../../control-plane/api/contract/index.ts';
import { read } from '../../api/query.ts';
import { sessionQuery, useScope } from '../../api/session.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { useTitle } from '../../shell/title.ts';
import { Button, ScreenHead } from '../../ui/parts.tsx';
import { Loaded } from '../../ui/problem.tsx';
import { Time } from '../../ui/time.tsx';
import { KEYS } from '../../words/keys.ts';
import { useWords } from '../../words/language.ts';
import { MadeKey } from './made-key.tsx';
import { MakeKey } from './make-key.tsx';
import { Revoke } from './revoke.tsx';

const hasEnded = ({ revokedAt, expiresAt }: ApiKey): boolean =>
  revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= Date.now());

/** The keys of the API; one that was just made stands above them until it was taken. */
export function Keys() {
  const words = useWords(KEYS);
  useTitle(words.title);
  const queries = useQueryClient();
  const may = useScope();
  const query = useQuery(read('/v1/api-keys', {}));
  const { data: session } = useQuery(sessionQuery);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<ApiKeyCreated>();
  const [showsEnded, setShowsEnded] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: ['/v1/api-keys'] });

  const columns: Column<ApiKey>[] = [
    {
      head: words.name,
      cell: ({ id, name }) => (
        <>
          <span className="font-medium">{name}</span>
          {id === session?.keyId && <span className="ml-2 text-accent">{words.yours}</span>}
          <br />
          <code className="break-all font-mono text-muted">{id}</code>
        </>
      ),
    },
    { head: words.scopeShort, cell: ({ scope }) => words.scopes[scope] },
    { head: words.madeAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { head: words.used, cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : words.never) },
    {
      head: words.ends,
      cell: ({ revokedAt, expiresAt }) => {
        if (revokedAt)
          return (
            <>
              {words.revoked} <Time at={revokedAt} />
            </>
          );
        return expiresAt ? <Time at={expiresAt} /> : words.untilRevoked;
      },
    },
    {
      head: '',
      className: 'text-right',
      cell: (key) =>
        hasEnded(key) ? null : (
          <Revoke apiKey={key} isOwn={key.id === session?.keyId} onRevoked={() => void changed()} />
        ),
    },
  ];
  return (
    <>
      <ScreenHead title={words.title}>
        {may('admin') && !isMaking && (
          <Button look="main" onClick={() => setMaking(true)}>
            {words.make}
          </Button>
        )}
      </ScreenHead>
      <div className="flex flex-col gap-4">
        {made && <MadeKey made={made} onDone={() => setMade(undefined)} />}
        {isMaking && (
          <MakeKey
            onCancel={() => setMaking(false)}
            onMade={(key) => {
              setMade(key);
              setMaking(false);
              void changed();
            }}
          />
        )}
        <Loaded query={query}>
          {({ apiKeys }) => {
            const ended = apiKeys.filter(hasEnded);
            const shown = showsEnded ? apiKeys : apiKeys.filter((key) => !hasEnded(key));
            return (
              <>
                <Table label={words.title} columns={columns} rows={shown} keyOf={({ id }) => id} />
                {ended.length > 0 && (
                  <div>
                    <Button look="quiet" onClick={() => setShowsEnded(!showsEnded)}>
                      {showsEnded ? words.hideEnded : words.showEnded(ended.length)}
                    </Button>
                  </div>
                )}
              </>
            );
          }}
        </Loaded>
      </div>
    </>
  );
}
