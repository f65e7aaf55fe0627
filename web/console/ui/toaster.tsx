import { Toast as Base } from '@base-ui/react/toast';
import { useEffect } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { Link } from '../router/link.tsx';
import { COMMON } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Icon } from './icon.tsx';
import { buttonClass } from './parts.tsx';
import { onToast, takeToasts } from './toast.ts';

type Data = { operation?: string };

export function Toaster() {
  return (
    <Base.Provider timeout={8_000} limit={4}>
      <Messages />
    </Base.Provider>
  );
}

function Messages() {
  const words = useWords(COMMON);
  const { toasts, add } = Base.useToastManager<Data>();
  useEffect(() => {
    const show = () => {
      for (const toast of takeToasts()) {
        if (!('problem' in toast)) {
          const { title, text, operation } = toast;
          add({ title, description: text, data: { ...(operation !== undefined && { operation }) } });
          continue;
        }
        const { problem } = toast;
        const detail = problem instanceof Error ? problem.message : String(problem);
        const title = problem instanceof ApiProblem && problem.code === 'NETWORK' ? words.network : words.refused;
        add({ title, description: detail, type: 'problem', priority: 'high', timeout: 20_000 });
      }
    };
    show();
    return onToast(show);
  }, [add, words]);
  return (
    <Base.Portal>
      <Base.Viewport className="fixed right-4 bottom-4 left-4 z-50 flex flex-col gap-2 sm:left-auto sm:w-96">
        {toasts.map((toast) => (
          <Base.Root key={toast.id} toast={toast} className="panel p-3 shadow-lg">
            <Base.Content className="flex items-start gap-2">
              <Icon
                name={toast.type === 'problem' ? 'warning' : 'check'}
                className={`mt-0.5 ${toast.type === 'problem' ? 'text-danger' : 'text-accent'}`}
              />
              <div className="min-w-0 flex-1">
                <Base.Title className="break-words font-medium text-[1rem]" />
                <Base.Description className="break-words text-muted" />
                {toast.data?.operation !== undefined && (
                  <Link to="/operations/:id" params={{ id: toast.data.operation }} className="link">
                    {words.showOperation}
                  </Link>
                )}
              </div>
              <Base.Close aria-label={words.close} className={buttonClass('quiet')}>
                <Icon name="cross" />
              </Base.Close>
            </Base.Content>
          </Base.Root>
        ))}
      </Base.Viewport>
    </Base.Portal>
  );
}
