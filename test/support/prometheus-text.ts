/** One value of Prometheus' text format (0.0.4). */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the format as strictly as its description has it; anything that is not of it is an error with its line. */
export function parsePrometheusText(text: string): readonly MetricSample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  const samples: MetricSample[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, keyword, name = '', rest = ''] = comment;
      if (keyword === 'HELP' && helped.has(name)) throw new Error(`second HELP: ${line}`);
      if (keyword === 'HELP') helped.add(name);
      if (keyword === 'TYPE' && types.has(name)) throw new Error(`second TYPE: ${line}`);
      if (keyword === 'TYPE' && !/^(counter|gauge|histogram|summary|untyped)$/.test(rest))
        throw new Error(`no type: ${line}`);
      if (keyword === 'TYPE') types.set(name, rest);
      continue;
    }
    const sample = parseSample(line);
    const family = [sample.name, sample.name.replace(/_(bucket|sum|count)$/, '')].find((it) => types.has(it));
    if (family === undefined || !helped.has(family)) throw new Error(`no TYPE or HELP before: ${line}`);
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).map(String).sort())}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  return samples;
}

function parseSample(line: string): MetricSample {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = '', labelText = '', valueText = ''] = match;
  if (!/^([+-]?(\d+(\.\d+)?(e[+-]?\d+)?|Inf)|NaN|Nan)$/i.test(valueText))
    throw new Error(`no value: ${line}`);
  const labels: Record<string, string> = {};
  let rest = labelText;
  while (rest !== '') {
    const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest);
    if (label === null) throw new Error(`no labels: ${line}`);
    const [whole, key = '', value = ''] = label;
    if (key in labels) throw new Error(`label twice: ${line}`);
    labels[key] = value.replace(/\\([\\"n])/g, (_, it: string) => (it === 'n' ? '\n' : it));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(valueText.replace('Inf', 'Infinity')) };
}
