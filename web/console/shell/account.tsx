import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAction } from '../api/query.ts';
import { sessionQuery } from '../api/session.ts';
import { Button } from '../ui/parts.tsx';
import { toast } from '../ui/toast.ts';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { LanguageSwitch } from './language-switch.tsx';

/** Who is signed in, the language, and the way out. */
export function Account() {
  const words = useWords(COMMON);
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const signOut = useAction('DELETE', '/v1/session', {
    onSuccess: () => queries.setQueryData(sessionQuery.queryKey, null),
    onError: (error) => toast({ problem: error }),
  });
  if (!session) return null;
  return (
    <div className="mt-auto flex flex-col items-start gap-1 border-line border-t p-2 [&>*]:px-2">
      <p className="break-words py-1 text-muted">{words.signedInAs(session.name, session.scope)}</p>
      <LanguageSwitch />
      <Button look="quiet" disabled={signOut.isPending} onClick={() => signOut.mutate({})}>
        {words.signOut}
      </Button>
    </div>
  );
}
