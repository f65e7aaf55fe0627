/** What a scrape holds: families by name, and each series' value by its name and labels as written. */
export type Scrape = { families: Map<string, Family>; series: Map<string, number> };
export type Family = {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
};

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
// Prometheus reads NaN in any case.
const VALUE = '[+-]?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|[Nn]a[Nn]';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${VALUE})$`);
const HEAD = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SUFFIXES: Record<string, string[]> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/**
 * Reads Prometheus' text format as strictly as its documentation is: help and type of a family come once and before its
 * samples, which stand together; no series twice; what a label holds is escaped; buckets only grow, up to the count.
 * @throws Error that quotes the line
 */
export function parsePrometheus(text: string): Scrape {
  const families = new Map<string, Family>();
  const series = new Map<string, number>();
  const helps = new Map<string, string>();
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  let family: { name: string; of: Family } | undefined;
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const fault = (why: string) => new Error(`${why}: ${line}`);
    const [, what, about = '', rest = ''] = HEAD.exec(line) ?? [];
    if (what === 'HELP') {
      if (helps.has(about)) throw fault('a second help');
      helps.set(about, rest);
    } else if (what === 'TYPE') {
      if (families.has(about)) throw fault('a family that came before');
      if (!helps.has(about)) throw fault('a type before its help');
      if (!/^(counter|gauge|histogram|summary)$/.test(rest)) throw fault('no such type');
      family = { name: about, of: { type: rest, help: helps.get(about) ?? '', samples: [] } };
      families.set(about, family.of);
    } else {
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      if (name === '') throw fault('no sample');
      const names = (family && SUFFIXES[family.of.type]?.map((suffix) => `${family?.name}${suffix}`)) ?? [family?.name];
      if (!names.includes(name)) throw fault('a sample outside its family');
      const key = labels === '' ? name : `${name}{${labels}}`;
      const held = labelsOf(labels);
      const sorted = `${name} ${JSON.stringify(Object.entries(held).sort())}`;
      if (series.has(key) || family?.of.samples.some((one) => identityOf(one) === sorted)) throw fault('a second time');
      const number = Number(value.replace('Inf', 'Infinity'));
      series.set(key, number);
      family?.of.samples.push({ name, labels: held, value: number });
    }
  }
  for (const [name, one] of families) if (one.type === 'histogram') assertBuckets(name, one);
  return { families, series };
}

const identityOf = ({ name, labels }: Family['samples'][number]) =>
  `${name} ${JSON.stringify(Object.entries(labels).sort())}`;

function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(new RegExp(LABEL, 'g'))].map(([pair]) => {
    const [name = '', ...value] = pair.split('=');
    return [name, JSON.parse(value.join('='))] as const;
  });
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error(`a label twice: ${text}`);
  return Object.fromEntries(pairs);
}

function assertBuckets(name: string, { samples }: Family): void {
  const last = new Map<string, number>();
  for (const { name: of, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    if (of === `${name}_bucket` && value < (last.get(key) ?? 0))
      throw new Error(`a bucket that shrinks: ${name} ${le}`);
    if (of === `${name}_bucket`) last.set(key, value);
    if (of === `${name}_count` && value !== last.get(key))
      throw new Error(`a count beside its buckets: ${name} ${key}`);
  }
}
