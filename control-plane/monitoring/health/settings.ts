import { z } from 'zod';
import { TENANT_ENV } from '../../../tenant-runtime/config.ts';

const SETTINGS = z.object({
  ENABLE_AUTO_HEALTHCHECK: TENANT_ENV.shape.ENABLE_AUTO_HEALTHCHECK,
  HEALTHCHECK_INTERVAL_MINUTES: TENANT_ENV.shape.HEALTHCHECK_INTERVAL_MINUTES,
  HEALTH_CPU_THRESHOLD: TENANT_ENV.shape.HEALTH_CPU_THRESHOLD,
  HEALTH_MEMORY_THRESHOLD: TENANT_ENV.shape.HEALTH_MEMORY_THRESHOLD,
  HEALTH_DISK_THRESHOLD: TENANT_ENV.shape.HEALTH_DISK_THRESHOLD,
  LOG_USAGE_THRESHOLD_MB: TENANT_ENV.shape.LOG_USAGE_THRESHOLD_MB,
  BOT_TIMEZONE: TENANT_ENV.shape.BOT_TIMEZONE,
});

export type HealthSettings = {
  auto: boolean;
  intervalMinutes: number;
  /** In per cent, and megabytes for `logs`. */
  thresholds: { cpu: number; memory: number; disk: number; logs: number };
  timeZone: string;
};

/** How a store wants to be checked: its own keys of bot.env, else those of every store. Pure. */
export function settingsOf(
  env: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
): HealthSettings {
  const set = SETTINGS.parse({ ...defaults, ...env });
  return {
    auto: set.ENABLE_AUTO_HEALTHCHECK,
    intervalMinutes: set.HEALTHCHECK_INTERVAL_MINUTES,
    thresholds: {
      cpu: set.HEALTH_CPU_THRESHOLD,
      memory: set.HEALTH_MEMORY_THRESHOLD,
      disk: set.HEALTH_DISK_THRESHOLD,
      logs: set.LOG_USAGE_THRESHOLD_MB,
    },
    timeZone: set.BOT_TIMEZONE,
  };
}
