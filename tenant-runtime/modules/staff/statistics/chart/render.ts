import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { BarChart, LineChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { chartOption, FONT } from './option.ts';
import { CHART_SIZE, type ChartSpec } from './schema.ts';

const require = createRequire(import.meta.url);
// The image of a store has no fonts of its own.
const FONT_FILES = [
  require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
];
/** Mean width of a character of the font, as a part of its size: no canvas measures texts here. */
const CHARACTER = 0.56;

/** Draws a chart as PNG. Loads some ten megabytes and keeps its thread busy: call it in one of its own. */
export function renderChart(spec: ChartSpec): Uint8Array<ArrayBuffer> {
  use([BarChart, LineChart, GraphicComponent, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  setPlatformAPI({
    measureText: (text, font) => ({
      width: text.length * CHARACTER * Number(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? 12),
    }),
  });
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...CHART_SIZE });
  chart.setOption(chartOption(spec));
  const svg = chart.renderToSVGString();
  chart.dispose();
  const image = new Resvg(svg, {
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: FONT },
    fitTo: { mode: 'width', value: CHART_SIZE.width },
  });
  return new Uint8Array(image.render().asPng());
}
