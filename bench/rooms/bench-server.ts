/** The LiveKit server that all rooms of a run are in. */
export interface BenchServer {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Not LIVEKIT_...: that may be a real deployment's, and is taken out of what measurements are given. */
const names = { url: 'PARLEY_BENCH_URL', apiKey: 'PARLEY_BENCH_API_KEY', apiSecret: 'PARLEY_BENCH_API_SECRET' } as const;

/** As the environment of a process that is to use it. */
export const serverInEnvironment = ({ url, apiKey, apiSecret }: BenchServer): Readonly<Record<string, string>> => ({
  [names.url]: url,
  [names.apiKey]: apiKey,
  [names.apiSecret]: apiSecret,
});

/** @throws {Error} This process was given none. */
export function readBenchServer(): BenchServer {
  const { [names.url]: url, [names.apiKey]: apiKey, [names.apiSecret]: apiSecret } = process.env;
  if (url === undefined || apiKey === undefined || apiSecret === undefined)
    throw new Error('what is measured in rooms needs the LiveKit server that main.ts starts');
  return { url, apiKey, apiSecret };
}
