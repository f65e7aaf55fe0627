import type { EChartsCoreOption } from 'echarts/core';
import type { Rupiah } from '../../../../../kernel/money.ts';
import { CHART_SIZE, type ChartSpec } from './schema.ts';

const UNITS = [
  { size: 1_000_000_000, name: 'M' },
  { size: 1_000_000, name: 'jt' },
  { size: 1000, name: 'rb' },
] as const;

/** An amount as an axis has room for it: `Rp850 rb`, `Rp1,2 jt`, `Rp3 M`. */
function shortRupiah(amount: Rupiah): string {
  // From 999,950 on, a decimal rounds up to the next unit.
  const unit = UNITS.find((each) => amount >= each.size * 0.99995);
  if (!unit) return `Rp${amount}`;
  return `Rp${(amount / unit.size).toLocaleString('id-ID', { maximumFractionDigits: 1 })} ${unit.name}`;
}

export const FONT = 'DejaVu Sans Condensed';

const COLOUR = {
  paper: '#ffffff',
  ink: '#1f2937',
  faint: '#6b7280',
  grid: '#e5e7eb',
  revenue: '#0f9d8a',
  orders: '#f08a24',
} as const;

const SIDE = 44;
/** Both axes have as many steps, so that their lines lie on each other. */
const STEPS = 4;
const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** A round number, at least `least`, of which `STEPS` reach up to `most`. */
function stepFor(most: number, least: number): number {
  const rough = Math.max(most / STEPS, least);
  const power = 10 ** Math.floor(Math.log10(rough));
  return Math.ceil((ROUND.find((factor) => factor * power >= rough) ?? 10) * power);
}

function axis(values: readonly number[], least: number) {
  const step = stepFor(Math.max(0, ...values), least);
  return { type: 'value', min: 0, max: step * STEPS, interval: step } as const;
}

/** What the charting library draws for `spec`. */
export function chartOption(spec: ChartSpec): EChartsCoreOption {
  const revenue = spec.buckets.map((bucket) => bucket.revenue);
  const orders = spec.buckets.map((bucket) => bucket.orders);
  const counts = orders.map((count) => count ?? 0);
  const isEmpty = [...revenue, ...counts].every((value) => value === 0);
  const text = { fontFamily: FONT, color: COLOUR.faint, fontSize: 27 };
  return {
    animation: false,
    backgroundColor: COLOUR.paper,
    textStyle: text,
    title: {
      text: spec.title,
      subtext: spec.subtitle,
      left: SIDE,
      top: 30,
      itemGap: 8,
      textStyle: { fontFamily: FONT, fontSize: 44, lineHeight: 56, fontWeight: 'bold', color: COLOUR.ink },
      subtextStyle: { ...text, fontSize: 29, lineHeight: 38 },
    },
    legend: {
      left: SIDE,
      bottom: 26,
      itemGap: 48,
      itemWidth: 36,
      itemHeight: 20,
      selectedMode: false,
      textStyle: { ...text, fontSize: 29, color: COLOUR.ink, padding: [0, 0, 0, 8] },
      data: [{ name: spec.names.revenue, icon: 'roundRect' }, { name: spec.names.orders }],
    },
    grid: { left: 168, right: 96, top: 178, bottom: 168 },
    xAxis: {
      type: 'category',
      data: spec.buckets.map((bucket) => bucket.label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLOUR.faint, width: 2 } },
      axisLabel: { ...text, lineHeight: 34, margin: 16, interval: 0 },
    },
    yAxis: [
      {
        ...axis(revenue, 1000),
        show: !isEmpty,
        axisLabel: { ...text, formatter: shortRupiah },
        splitLine: { lineStyle: { color: COLOUR.grid, width: 2 } },
      },
      {
        ...axis(counts, 1),
        show: !isEmpty,
        axisLabel: { ...text, color: COLOUR.orders, formatter: (value: number) => value.toLocaleString('id-ID') },
        splitLine: { show: false },
      },
    ],
    series: [
      {
        name: spec.names.revenue,
        type: 'bar',
        data: revenue,
        barWidth: '62%',
        itemStyle: { color: COLOUR.revenue, borderRadius: [6, 6, 0, 0] },
      },
      {
        name: spec.names.orders,
        type: 'line',
        yAxisIndex: 1,
        data: isEmpty ? [] : orders,
        symbol: 'circle',
        symbolSize: spec.buckets.length > 10 ? 11 : 16,
        lineStyle: { width: 5, color: COLOUR.orders },
        itemStyle: { color: COLOUR.orders, borderColor: COLOUR.paper, borderWidth: 2 },
      },
    ],
    ...(isEmpty ? { graphic: emptyNote(spec.empty) } : {}),
  };
}

const emptyNote = (text: string) => ({
  type: 'text',
  x: CHART_SIZE.width / 2,
  y: CHART_SIZE.height / 2 - 40,
  style: { text, fill: COLOUR.faint, fontSize: 34, fontFamily: FONT, textAlign: 'center' },
});
