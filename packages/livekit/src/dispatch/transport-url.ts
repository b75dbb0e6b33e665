/** `file:` URL of the module that joins rooms, for the process of a job: a source beside this one, or built. */
export const transportUrl = (): string => {
  const own = import.meta.url;
  return new URL(own.endsWith('.ts') ? '../transport/index.ts' : './transport.mjs', own).href;
};
