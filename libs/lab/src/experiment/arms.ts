/** The names of all arms in the result of a function that makes recipes. The result may hold recipes, functions that return recipes, and objects and lists of these. */
export type ArmsOf<T> = T extends { readonly arm: infer Arm extends string }
  ? Arm
  : T extends (...args: never[]) => infer Made
    ? ArmsOf<Made>
    : T extends readonly (infer Entry)[]
      ? ArmsOf<Entry>
      : T extends object
        ? { [Key in keyof T]: ArmsOf<T[Key]> }[keyof T]
        : never;
