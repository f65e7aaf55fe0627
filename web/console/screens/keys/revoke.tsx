import { useState } from 'react';
import type { ApiKey } from '../../../../control-plane/api/contract/index.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useAction } from '../../api/query.ts';
import { confirm } from '../../ui/confirm.ts';
import { Button } from '../../ui/parts.tsx';
import { toast } from '../../ui/toast.ts';
import { KEYS } from '../../words/keys.ts';
import { useWords } from '../../words/language.ts';

type RevokeProps = { apiKey: ApiKey; isOwn: boolean; onRevoked(): void };

/** Ends a key after a question; the last admin key only after another. */
export function Revoke({ apiKey: { id, name }, isOwn, onRevoked }: RevokeProps) {
  const words = useWords(KEYS);
  const [isAsking, setAsking] = useState(false);
  const revoke = useAction('DELETE', '/v1/api-keys/:id', {
    onSuccess: () => {
      toast({ title: words.revokeDone(name) });
      onRevoked();
    },
    onError: (problem) => {
      if (problem instanceof ApiProblem && problem.code === 'LAST_ADMIN_KEY') void askAgain();
      else toast({ problem });
    },
  });

  async function ask(): Promise<void> {
    setAsking(true);
    const text = isOwn ? `${words.revokeHelp} ${words.revokeOwn}` : words.revokeHelp;
    const isSure = await confirm({ title: words.revokeTitle(name), text, action: words.revoke, danger: true });
    setAsking(false);
    if (isSure) revoke.mutate({ params: { id } });
  }

  async function askAgain(): Promise<void> {
    const question = { title: words.force, text: words.forceHelp, action: words.revoke, danger: true, typed: name };
    if (await confirm(question)) revoke.mutate({ params: { id }, query: { force: 'true' } });
  }

  return (
    <Button aria-label={words.revokeKey(name)} disabled={isAsking || revoke.isPending} onClick={() => void ask()}>
      {words.revoke}
    </Button>
  );
}
