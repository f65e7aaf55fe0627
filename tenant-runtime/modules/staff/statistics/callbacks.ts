import { defineStaffCallbacks } from '../../../bot/callbacks.ts';

/** `days` is one of PERIODS. */
export const statisticsCallbacks = defineStaffCallbacks('sta', { show: ['days'] });

/** The button that leads here from the admin menu. */
export const STATISTICS = { text: '📊 Statistik', data: statisticsCallbacks.pack('show', 1) } as const;
