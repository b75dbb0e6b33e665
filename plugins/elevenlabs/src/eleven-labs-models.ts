/** Names of models, and the short ones under which they go in model strings. */
export const speechModels = [
  { name: 'eleven_flash_v2_5', aliases: ['flash-v2.5'] },
  { name: 'eleven_turbo_v2_5', aliases: ['turbo-v2.5'] },
  { name: 'eleven_multilingual_v2', aliases: ['multilingual-v2'] },
  { name: 'eleven_flash_v2', aliases: ['flash-v2'] },
  { name: 'eleven_turbo_v2', aliases: ['turbo-v2'] },
  { name: 'eleven_v3', aliases: ['v3'] },
] as const;

export const recognitionModels = [{ name: 'scribe_v2_realtime', aliases: ['scribe-v2-realtime'] }] as const;

type Named = readonly { readonly name: string; readonly aliases: readonly string[] }[];

/** The vendor's name of it; an unknown one is passed on. */
export const modelNamed = (models: Named, name: string): string => models.find((model) => model.aliases.includes(name))?.name ?? name;
