import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { StartRolloutRequest } from '../../../../control-plane/api/contract/index.ts';
import { read, useAction } from '../../api/query.ts';
import { useNavigate } from '../../router/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button } from '../../ui/parts.tsx';
import { ProblemView } from '../../ui/problem.tsx';
import { toast } from '../../ui/toast.ts';
import { COMMON } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { ROLLOUTS } from '../../words/rollouts.ts';
import { CAREFUL, Care, type Careful, wavesOf } from './care.tsx';
import { Plan } from './plan.tsx';
import { changeOf, NO_SETTINGS, type Settings } from './settings.ts';
import { SettingsFields } from './settings-fields.tsx';
import { SettingsReview } from './settings-review.tsx';

type Change = StartRolloutRequest['change'];
export type ChangeKind = Change['kind'];
const KINDS = ['image', 'configuration', 'restart', 'backup', 'suspend', 'resume'] as const satisfies ChangeKind[];

type StartProps = {
  /** Chosen already; else it is asked for. */
  kind?: ChangeKind;
  /** Chosen already; else all, or all that run. */
  stores?: readonly string[];
  onClose(): void;
  onStarted?(): void;
};

/** Asks what, for whom and how carefully, says what will happen, and starts a rollout. */
export function StartRollout({ kind: chosen, stores, onClose, onStarted }: StartProps) {
  const words = useWords(ROLLOUTS);
  const common = useWords(COMMON);
  const navigate = useNavigate();
  const [kind, setKind] = useState<ChangeKind>(chosen ?? 'image');
  const [isAll, setAll] = useState(false);
  const [care, setCare] = useState<Careful>(CAREFUL);
  const [settings, setSettings] = useState<Settings>(NO_SETTINGS);
  const [isReviewed, setReviewed] = useState(false);
  const asked = kind === 'configuration' ? changeOf(settings) : undefined;
  const target: StartRolloutRequest['target'] = stores
    ? { stores: [...stores] }
    : { all: true, ...(!isAll && { states: ['running', 'degraded'] }) };
  const facets = useQuery({
    ...read('/v1/tenant-facets', { query: isAll ? {} : { state: 'running,degraded' } }),
    enabled: stores === undefined,
    placeholderData: keepPreviousData,
  });
  const total = stores?.length ?? facets.data?.total ?? 0;
  const start = useAction('POST', '/v1/rollouts', {
    onSuccess: ({ id }) => {
      toast({ title: words.started });
      onClose();
      onStarted?.();
      navigate({ to: '/rollouts/:id', params: { id } });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (kind === 'configuration' && !isReviewed) {
      // What was refused before was mended since.
      start.reset();
      return setReviewed(true);
    }
    const form = new FormData(event.currentTarget);
    const given = (name: string) => String(form.get(name) ?? '').trim() || undefined;
    const change: Change | undefined =
      kind === 'configuration'
        ? asked
        : kind === 'image'
          ? { kind, image: given('image'), ...(form.has('withoutBackup') && { withoutBackup: true }) }
          : kind === 'suspend'
            ? { kind, reason: given('reason') }
            : { kind };
    const waves = wavesOf(care.waves);
    if (waves && change) start.mutate({ body: { change, target, ...care, waves } });
  };
  return (
    <Dialog isForm title={chosen ? words.kinds[chosen] : words.start} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {start.error && <ProblemView error={start.error} />}
        {asked && isReviewed && <SettingsReview change={asked} target={target} total={total} />}
        {chosen === undefined && !isReviewed && (
          <label className="flex flex-col gap-1 font-medium">
            {words.change}
            <select
              className="field font-normal"
              value={kind}
              onChange={({ target }) => setKind(KINDS.find((one) => one === target.value) ?? 'image')}
            >
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {words.kinds[one]}
                </option>
              ))}
            </select>
          </label>
        )}
        {kind === 'image' && (
          <>
            <label className="flex flex-col gap-1 font-medium">
              {words.image}
              <input
                name="image"
                className="field font-mono font-normal"
                maxLength={255}
                autoComplete="off"
                spellCheck={false}
              />
              <span className="font-normal text-muted">{words.imageHelp}</span>
            </label>
            <label className="flex items-center gap-2">
              <input type="checkbox" name="withoutBackup" className="size-5 accent-accent" />
              {words.withoutBackup}
            </label>
          </>
        )}
        {kind === 'configuration' && !isReviewed && <SettingsFields settings={settings} onChange={setSettings} />}
        {kind === 'suspend' && (
          <label className="flex flex-col gap-1 font-medium">
            {words.reason}
            <input name="reason" className="field font-normal" maxLength={200} />
          </label>
        )}
        {stores === undefined && !isReviewed && (
          <label className="flex flex-col gap-1 font-medium">
            {words.target}
            <select
              className="field font-normal"
              value={isAll ? 'all' : 'running'}
              onChange={({ target }) => setAll(target.value === 'all')}
            >
              <option value="running">{words.allRunning}</option>
              <option value="all">{words.all}</option>
            </select>
          </label>
        )}
        {!isReviewed && <Care care={care} onChange={setCare} />}
        <Plan total={total} care={care} {...(stores && { stores })} />
        <div className="flex flex-wrap justify-end gap-2">
          {isReviewed ? (
            <Button onClick={() => setReviewed(false)}>{words.backToForm}</Button>
          ) : (
            <Button onClick={onClose}>{common.cancel}</Button>
          )}
          <Button
            type="submit"
            look={kind === 'suspend' ? 'danger' : 'main'}
            disabled={start.isPending || total === 0 || !wavesOf(care.waves) || (kind === 'configuration' && !asked)}
            onClick={(event) => {
              // A double click on the button of the review would start what nobody has read.
              if (isReviewed && event.detail > 1) event.preventDefault();
            }}
          >
            {kind === 'configuration' && !isReviewed ? words.reviewSettings : `${words.kinds[kind]} (${total})`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
