/** A model named by a string: `provider/name:variant`. */
export interface ModelName {
  readonly provider: string;
  /** What follows the provider, `nova-3:en` for instance; absent: the provider's default model. */
  readonly model?: string;
}

/** As in the name of an npm package, so that nothing else can be looked for. */
const form = /^(?<provider>[a-z0-9][a-z0-9._-]*)(?:\/(?<model>[^\s]+))?$/;

/**
 * Reads a model string such as `openai/gpt-4.1-mini`, `deepgram/nova-3:en` or, for a provider's default model, `silero`. Returns nothing if
 * it is none. What in it is the variant (a language, a voice) depends on the names that the provider's plugin knows.
 */
export function readModelName(text: string): ModelName | undefined {
  const { provider, model } = form.exec(text)?.groups ?? {};
  if (provider === undefined) return undefined;
  return { provider, ...(model === undefined ? {} : { model }) };
}

/**
 * Cuts what follows the provider at its first colon into name and variant, unless the whole of it is a known name: some have a colon in
 * them, `llama3:8b` for instance.
 */
export function cutVariant(model: string, isKnown: (name: string) => boolean): { readonly name: string; readonly variant?: string } {
  const colon = model.indexOf(':');
  if (colon === -1 || isKnown(model)) return { name: model };
  const variant = model.slice(colon + 1);
  return { name: model.slice(0, colon), ...(variant === '' ? {} : { variant }) };
}
