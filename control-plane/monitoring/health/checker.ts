import type { Db } from '../../../kernel/db.ts';
import { withDeadline } from '../../../kernel/deadline.ts';
import type { HealthCheckName, HealthReport } from '../../api/contract/index.ts';
import type { Driver } from '../../fleet/drivers/index.ts';
import { loadSpec, selectTenantById, type TenantDeps, type TenantRow } from '../../fleet/tenants/index.ts';
import { scrubTexts } from '../../platform/secrets/index.ts';
import type { Alerts } from '../alerts/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { readCrash } from './crash-report.ts';
import type { DependencyMonitor } from './dependency-monitor.ts';
import type { Findings, FleetDown } from './findings.ts';
import { updateIncidents } from './incidents.ts';
import { type Judgement, judge, WELL } from './judge.ts';
import { writeHealthLine } from './log-file.ts';
import { factText, toChecks } from './messages.ts';
import { type Probe, probeStore } from './probe.ts';
import { isWatched } from './schedules.ts';
import { settingsOf } from './settings.ts';
import {
  insertReport,
  lockWatched,
  type NewReport,
  selectMemory,
  selectWatchedStores,
  updateVerdict,
  upsertMemory,
} from './sql.ts';

/** So many stores, and so large a share of all, do not die of themselves at the same time. */
const LEAST = 3;

const SHARE = 0.5;

/** How many stores are down, when it is a large part of all, as after a restart of the engine. */
async function fleetDown(deps: { db: Db; driver: Driver }): Promise<FleetDown | undefined> {
  const alive = new Set(
    (await deps.driver.observeAll()).filter(({ state }) => state === 'running').map(({ store }) => store),
  );
  const watched = await selectWatchedStores(deps.db);
  const down = watched.filter((store) => !alive.has(store)).length;
  if (down < LEAST || down < watched.length * SHARE) return undefined;
  return { down, watched: watched.length };
}

export type Occasion = HealthReport['occasion'];

/**
 * What came of one check. `judged` is missing where it counts for nothing, because something larger is wrong; `news` when
 * people should see another reason than before.
 */
export type Checked = {
  tenant: TenantRow;
  findings: Findings;
  report: HealthReport;
  judged: Judgement | undefined;
  news: boolean;
};

export type CheckerDeps = TenantDeps & { alerts: Alerts; metrics: Metrics; dependencies: DependencyMonitor };

/** Thresholds in place of the store's own, in per cent: a rehearsal plays what they are for. */
export type Lowered = Partial<Record<'memory' | 'disk', number>>;

/** Longest time that a probe may take: a store that hangs keeps a place from the others no longer. */
const PROBE_DEADLINE_MS = 20_000;

/**
 * Probes one store, judges what it found, keeps it and updates the incidents. Undefined for a store that is not to be
 * probed now, as while an operation is at work on it, unless that is `within`.
 */
export function createChecker(deps: CheckerDeps) {
  const { db, clock, log, driver, alerts, dependencies } = deps;

  async function probeTenant(tenant: TenantRow, lowered: Lowered): Promise<{ probe: Probe; folder: string }> {
    const spec = await loadSpec(deps, tenant);
    const memory = await selectMemory(db, tenant.id);
    const settings = settingsOf(tenant.env, deps.platform.tenantDefaults);
    const subject = {
      store: tenant.store,
      folder: spec.folder,
      address: driver.endpoint(spec).telegram,
      botToken: spec.env.TELEGRAM_BOT_TOKEN as string,
      pooled: spec.shard !== undefined,
      limits: spec.limits,
      settings: { ...settings, thresholds: { ...settings.thresholds, ...lowered } },
      failures: memory?.failures ?? {},
    };
    const probe = await withDeadline(PROBE_DEADLINE_MS, 'Looking at the store', (signal) =>
      probeStore(subject, deps, signal),
    );
    // What a runtime says of itself goes into answers, rows and alerts.
    const secrets = Object.values(await deps.secrets.openAll(db, tenant.id));
    const findings = scrubTexts(probe.findings, secrets, LONGEST_TEXT);
    for (const { fact } of Object.values(findings)) if (fact.kind === 'load') fact.lowered = fact.of in lowered;
    return { probe: { ...probe, findings }, folder: spec.folder };
  }

  async function keep(
    tenant: TenantRow,
    probe: Probe,
    report: NewReport,
    within: string | null,
  ): Promise<Omit<Checked, 'tenant' | 'findings'> | undefined> {
    const counts = dependencies.trouble() === null;
    const preview = judge((await selectMemory(db, tenant.id)) ?? WELL, probe, report.at, tenant.unsettled_since);
    const isDown = counts && preview.failing.includes('runtime');
    const facts = {
      findings: probe.findings,
      crash: isDown || preview.loop === 'looping' ? await crashOf(tenant, probe) : undefined,
      fleet: isDown ? await fleetDown(deps) : undefined,
    };
    return db.tx(async (tx) => {
      // Stopped, removed or taken by an operation during the probe: what was seen is no fault of the store.
      if (!(await lockWatched(tx, tenant.id, tenant.generation, within))) return undefined;
      const id = await insertReport(tx, tenant.id, report);
      const shown: HealthReport = { ...report, id, at: report.at.toISOString() };
      if (!counts) return { report: shown, judged: undefined, news: false };
      const judged = judge((await selectMemory(tx, tenant.id)) ?? WELL, probe, report.at, tenant.unsettled_since);
      await upsertMemory(tx, tenant.id, judged.memory);
      const reason = complaintOf(judged, probe);
      await updateVerdict(tx, tenant.id, { at: report.at, ok: report.ok, reason });
      const about = { tenantId: tenant.id, store: tenant.store, storeName: tenant.store_name };
      await updateIncidents(tx, alerts, about, judged, facts);
      return { report: shown, judged, news: reason !== tenant.health_reason };
    });
  }

  const crashOf = async (tenant: TenantRow, { seen }: Probe) =>
    readCrash(driver, seen, {
      reason: (await selectTenantById(db, tenant.id))?.reason ?? null,
      secrets: async () => Object.values(await deps.secrets.openAll(db, tenant.id)),
    });

  return async function check(
    tenantId: string,
    occasion: Occasion,
    within: string | null = null,
    lowered: Lowered = {},
  ): Promise<Checked | undefined> {
    const tenant = await selectTenantById(db, tenantId);
    if (!tenant || tenant.operation !== within || !isWatched(tenant)) return undefined;
    const began = performance.now();
    const { probe, folder } = await probeTenant(tenant, lowered).catch(async (error) => {
      // Whatever keeps us from looking is around the store, not in it.
      await dependencies.probeNow();
      throw error;
    });
    if (probe.telegramAway) await dependencies.probeNow();
    const kept = await keep(
      tenant,
      probe,
      {
        at: clock.now(),
        occasion,
        ok: Object.values(probe.findings).every(({ result }) => result !== 'fail'),
        durationMs: Math.round(performance.now() - began),
        checks: toChecks(probe.findings),
      },
      within,
    );
    if (!kept) return undefined;
    for (const [name, { result }] of Object.entries(probe.findings)) deps.metrics.healthCheck({ check: name, result });
    const { timeZone } = settingsOf(tenant.env, deps.platform.tenantDefaults);
    await writeHealthLine(folder, kept.report, timeZone).catch((err) =>
      log.warn({ store: tenant.store, err }, 'the health log of a store cannot be written'),
    );
    return { tenant, findings: probe.findings, ...kept };
  };
}

const LONGEST_TEXT = 300;

/** Told by the plan itself, from what it sees at that moment. */
const OF_THE_PLAN: readonly HealthCheckName[] = ['runtime', 'intake', 'database'];

/** What makes the store degraded beyond what the reconciler sees by itself. */
function complaintOf({ failing }: Judgement, { findings }: Probe): string | null {
  const told = failing.filter((check) => !OF_THE_PLAN.includes(check));
  if (told.length === 0) return null;
  return told
    .map((check) => {
      const finding = findings[check];
      return `${check}: ${finding ? factText(finding.fact) : 'failed before'}`;
    })
    .join('; ');
}
