/** A value at a moment; undefined where it was not measured. */
export type Sample = { at: string; value: number | undefined };

type SparklineProps = {
  /** The oldest first. */
  samples: readonly Sample[];
  /** From where on it fails; a dashed line. */
  threshold: number | undefined;
  /** What the line shows, with its last value: what is read out in place of it. */
  label: string;
};

const WIDTH = 240;
const HEIGHT = 36;
const EDGE = 2;

/** A line over time, from nothing up to a little above the threshold, with gaps where nothing was measured. */
export function Sparkline({ samples, threshold, label }: SparklineProps) {
  const values = samples.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const top = Math.max(...values, threshold ?? 0, 1) * 1.05;
  const start = Date.parse(samples[0]?.at ?? '');
  const span = Date.parse(samples.at(-1)?.at ?? '') - start || 1;
  const y = (value: number) => HEIGHT - EDGE - (value / top) * (HEIGHT - 2 * EDGE);
  const x = (at: string) => EDGE + ((Date.parse(at) - start) / span) * (WIDTH - 2 * EDGE);
  const path = linesOf(samples)
    .map((line) =>
      line
        .map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
        .join(''),
    )
    .join('');
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="h-9 w-full"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {threshold !== undefined && (
        <line
          x1={0}
          x2={WIDTH}
          y1={y(threshold)}
          y2={y(threshold)}
          className="stroke-danger"
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
      <path d={path} className="fill-none stroke-accent" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

type Measured = { at: string; value: number };

/** The stretches in which every check measured. One point alone is a stretch too. */
function linesOf(samples: readonly Sample[]): Measured[][] {
  const lines: Measured[][] = [[]];
  for (const { at, value } of samples) {
    if (value !== undefined) lines.at(-1)?.push({ at, value });
    else if (lines.at(-1)?.length) lines.push([]);
  }
  return lines.filter((line) => line.length > 0);
}
