/** All that belongs to the kit lies beside this file: built in one folder, or in the folder above this one. */
const kit = import.meta.url.endsWith('.ts') ? new URL('..', import.meta.url).href : new URL('.', import.meta.url).href;

/** Core's, which both call: who called it is asked. */
const core = /[/\\](@parley[/\\]core|packages[/\\]core)[/\\]/;

/** Where an error was thrown: the nearest frame that is neither Node's own nor core's. */
function thrownAt(stack: string): string | undefined {
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return places.find((line) => !line.includes('node:') && !line.includes('(<anonymous>)') && !core.test(line));
}

/**
 * Whether what a rule failed with came out of the plugin: it was thrown by code that is not the kit's. The kit throws errors only, so all
 * else is a plugin's. Where an error does not tell where it was thrown, the kit takes it for its own.
 */
export function isOfPlugin(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const place = thrownAt(error.stack ?? '');
  return place !== undefined && !place.includes(kit) && !place.includes(kit.replace('file://', ''));
}
