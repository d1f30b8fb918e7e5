import { MAIN_METRIC, METRICS, unitOf, type Metric, type MetricId } from '@distillery/metrics';

const MINUS = '\u2212';
const NARROW_SPACE = '\u202f';

/** Digits after the point by metric, as papers print them. */
export function digitsOf(metric: MetricId): number {
  return METRICS[metric].digits.printed;
}

/** `psnr` -> `PSNR (dB)`. */
export function metricTitle(metric: MetricId): string {
  const { title, unit }: Metric = METRICS[metric];
  return unit === '' ? title : `${title} (${unit})`;
}

/** The metric of figures and pictures: `PSNR`, `PSNR (dB)`, and its value on the y axis as Plotly shows it under the pointer. */
export const MAIN = {
  name: METRICS[MAIN_METRIC].title,
  title: metricTitle(MAIN_METRIC),
  hover: `%{y:.${digitsOf(MAIN_METRIC) + 1}f}${unitOf(MAIN_METRIC)}`,
} as const;

/** Fixed digits with a true minus sign; never `-0.00`. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** `fixed` with an explicit plus sign: for differences. */
export function signed(value: number, digits: number): string {
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${fixed(value, digits)}` : fixed(value, digits);
}

/** Whole numbers in groups of three: `1 369 859`. */
export function grouped(value: number): string {
  return fixed(value, 0).replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
}

/** Three significant digits with an SI suffix: `1.37 M`, `36.8 G`. */
export function compact(value: number): string {
  const units = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const unit = units.find(([size]) => Math.abs(value) >= size);
  return unit ? `${Number((value / unit[0]).toPrecision(3))}${NARROW_SPACE}${unit[1]}` : String(Number(value.toPrecision(3)));
}

/** Seconds as people say them: `8.4 s`, `2 min 05 s`, `3 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${fixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours} h ${String(minutes).padStart(2, '0')} min` : `${minutes} min ${String(rest).padStart(2, '0')} s`;
}

/** `1 image`, `5 images`. */
export function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] as string}`;
}

/** How many there are of each kind, as a sentence says it of one and of more; kinds of which there are none are left out. */
export function numbersSaid<Kind extends string>(
  said: Readonly<Record<Kind, readonly [one: string, more: string]>>,
  number: (kind: Kind) => number,
): string[] {
  return (Object.keys(said) as Kind[]).flatMap((kind) => {
    const n = number(kind);
    return n === 0 ? [] : [`${n} ${said[kind][n === 1 ? 0 : 1]}`];
  });
}
