/** Stands before the metadata of a dispatch that asks for a job once more: a dispatch has no other field that reaches the worker. */
const mark = 'parley-redispatched:';

export const markRedispatched = (metadata: string): string => `${mark}${metadata}`;

/** The metadata as the application gave it, and whether the job was asked for once more. */
export const readRedispatchMark = (metadata: string): { readonly metadata: string; readonly redispatched: boolean } =>
  metadata.startsWith(mark) ? { metadata: metadata.slice(mark.length), redispatched: true } : { metadata, redispatched: false };
