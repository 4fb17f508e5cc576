/** What a measurement leaves behind: a line per figure on the screen, and the same as JSON. */
import fs from 'node:fs';

/** The middle of several rounds, and how far they lay apart. */
export interface Metric {
  value: number;
  unit: 'ratio' | 's' | 'ms' | '%' | 'MB' | 'files/s' | 'MB/s' | 'connections';
  median_of: number;
  min: number;
  max: number;
}
export type Metrics = Record<string, Metric>;

/** The median of the rounds' values (of an even number: the upper of the two in the middle). */
export function metric(values: readonly number[], unit: Metric['unit']): Metric {
  const sorted = values.map(round).sort((a, b) => a - b);
  const [min, max, value] = [sorted[0], sorted.at(-1), sorted[Math.floor(sorted.length / 2)]];
  if (min === undefined || max === undefined || value === undefined) throw new Error('Nothing was measured.');
  return { value, unit, median_of: sorted.length, min, max };
}

/** Prints every figure, and writes them to `jsonFile` if one is named: the form that design documents promise. */
export function report(bench: string, metrics: Metrics, jsonFile: string | undefined): void {
  for (const [id, { value, unit, median_of: count, min, max }] of Object.entries(metrics)) {
    const spread = count > 1 ? ` (median of ${count}, ${min} to ${max})` : '';
    console.log(`${id.padEnd(36)} ${value} ${unit}${spread}`);
  }
  if (jsonFile !== undefined) {
    fs.writeFileSync(jsonFile, `${JSON.stringify({ bench, metrics }, null, 2)}\n`);
  }
}

/** To three digits that count below one, two above: more would be noise. */
export function round(value: number): number {
  return Number(value.toFixed(Math.abs(value) < 1 ? 3 : 2));
}
