import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../../control-plane/api/contract/index.ts';
import { ApiProblem } from '../../api/problem.ts';
import { read, useAction } from '../../api/query.ts';
import { useScope } from '../../api/session.ts';
import { Button } from '../../ui/parts.tsx';
import { Loaded, ProblemView } from '../../ui/problem.tsx';
import { toast } from '../../ui/toast.ts';
import { CONFIGURATION_WORDS } from '../../words/configuration.ts';
import { useWords } from '../../words/language.ts';
import { type Draft, differences, draftOf, fieldOf, requestOf } from './change.ts';
import { ConfigurationFields } from './configuration-fields.tsx';
import { Environment } from './environment.tsx';
import { Review } from './review.tsx';

/** What a store is set to. A change is looked at as a difference before it is saved. */
export function Configuration({ tenant }: { tenant: Tenant }) {
  const words = useWords(CONFIGURATION_WORDS);
  const may = useScope();
  const { store } = tenant;
  const configuration = useQuery(read('/v1/tenants/:store/config', { params: { store } }));
  const [draft, setDraft] = useState<Draft>();
  const [isReviewed, setReviewed] = useState(false);
  const save = useAction('PATCH', '/v1/tenants/:store', {
    onSuccess({ operation }) {
      toast({ title: words.saved, ...(operation && { operation: operation.id }) });
      setDraft(undefined);
      setReviewed(false);
    },
    // A refused field is shown where it is filled in.
    onError(error) {
      if (error instanceof ApiProblem && error.errors.size > 0) setReviewed(false);
    },
  });
  const shown = draft ?? draftOf(tenant);
  const errors = save.error instanceof ApiProblem ? save.error.errors : new Map<string, string>();
  const errorOf = new Map([...errors].map(([pointer, detail]) => [fieldOf(pointer), detail]));
  const change = (part: Partial<Draft>) => setDraft({ ...shown, ...part });
  return (
    <Loaded query={configuration}>
      {({ revision, env, secrets }) => {
        const found = draft ? differences(tenant, { env, secrets }, draft) : [];
        return (
          <div className="flex flex-col gap-4">
            <p className="text-muted">{words.revision(revision)}</p>
            {save.error && <ProblemView error={save.error} />}
            {isReviewed && found.length > 0 ? (
              <Review
                differences={found}
                isSaving={save.isPending}
                onBack={() => setReviewed(false)}
                onSave={() => save.mutate({ params: { store }, body: requestOf(found, shown) })}
              />
            ) : (
              <form
                className="flex flex-col gap-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  setReviewed(true);
                }}
              >
                {may('operator') && (
                  <ConfigurationFields draft={shown} secrets={secrets} errorOf={errorOf} onChange={change} />
                )}
                <Environment
                  {...{ env, secrets, errorOf }}
                  variables={shown.variables}
                  onChange={may('operator') ? (variables) => change({ variables }) : undefined}
                />
                {may('operator') && (
                  <div className="panel sticky bottom-0 flex flex-wrap items-center gap-2 p-3">
                    <span className="mr-auto text-muted" role="status">
                      {words.changes(found.length)}
                    </span>
                    <Button disabled={!draft} onClick={() => setDraft(undefined)}>
                      {words.discard}
                    </Button>
                    <Button type="submit" look="main" disabled={found.length === 0}>
                      {words.review}
                    </Button>
                  </div>
                )}
              </form>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
