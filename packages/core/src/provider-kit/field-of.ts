/** A field of what came from outside, whatever it is: undefined where it is no object, or has none of this name. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
