import type { InstanceOf, ProvableKind } from './provables.js';

/** In the way that its kind has; settles when it says that all is closed. */
export async function closeInstance(instance: InstanceOf<ProvableKind>): Promise<void> {
  if (Symbol.asyncDispose in instance) await instance[Symbol.asyncDispose]();
  else await instance.close?.();
}
