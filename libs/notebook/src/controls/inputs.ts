import { UserError } from '@distillery/tensor';

/** A control's element: what it can be set to, and what it is at first. */
export interface Input<V extends string | number> {
  readonly kind: 'slider' | 'drop-down' | 'button';
  readonly values: readonly V[];
  readonly initial: V;
}

/** A slider over numbers in the order given. Throws UserError for none, and for an initial value that is not among them. */
export function slider(values: readonly number[], initial = values[0]): Input<number> {
  return input('slider', values, initial);
}

/** A list to choose from. Throws UserError as `slider` does. */
export function dropDown<V extends string>(values: readonly V[], initial = values[0]): Input<V> {
  return input('drop-down', values, initial);
}

/** A button; its value is how often it was pressed. It needs the kernel: what comes of pressing cannot be computed before. */
export function button(): Input<number> {
  return { kind: 'button', values: [0], initial: 0 };
}

function input<V extends string | number>(kind: Input<V>['kind'], values: readonly V[], initial: V | undefined): Input<V> {
  if (initial === undefined || !values.includes(initial))
    throw new UserError(`${kind}: initial value ${String(initial)}, expected one of ${values.join(', ') || 'at least one value'}`);
  return { kind, values, initial };
}

export type Inputs = Readonly<Record<string, Input<string | number>>>;
export type Values<I extends Inputs> = { readonly [K in keyof I]: I[K] extends Input<infer V> ? V : never };

/** `K = 4, denominator = sum`: names a setting in the page and between page and kernel. */
export function settingOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}

/** Every setting there is without pressing a button, the initial one first. */
export function settings<I extends Inputs>(inputs: I): Values<I>[] {
  let all: Record<string, string | number>[] = [{}];
  for (const [name, { values, initial }] of Object.entries(inputs)) {
    const ordered = [initial, ...values.filter((value) => value !== initial)];
    all = all.flatMap((before) => ordered.map((value) => ({ ...before, [name]: value })));
  }
  return all as Values<I>[];
}

/** The setting that a page asks for. Throws UserError for values that the inputs do not have. */
export function checkedSetting<I extends Inputs>(inputs: I, asked: unknown): Values<I> {
  const given = (asked ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { kind, values }]) => {
      const value = given[name];
      const fits = kind === 'button' ? Number.isSafeInteger(value) && (value as number) >= 0 : values.some((one) => one === value);
      if (!fits) throw new UserError(`control ${name}: ${JSON.stringify(value)}, expected one of ${values.join(', ')}`);
      return [name, value];
    }),
  ) as Values<I>;
}
