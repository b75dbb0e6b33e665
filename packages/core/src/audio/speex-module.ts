/**
 * The WebAssembly module inside `speex-resampler`, by the C names of its functions. Pointers are byte offsets into its memory.
 *
 * @see https://gitlab.xiph.org/xiph/speexdsp, `speex_resampler.h`
 */
export interface SpeexModule {
  /** Its memory as samples. Replaced whenever the memory grows: read it anew after each call. */
  readonly HEAP16: Int16Array;
  readonly HEAP32: Int32Array;
  /** 0 when there is no memory left. */
  _malloc(sizeBytes: number): number;
  _free(pointer: number): void;
  /** Makes the filter's state; 0 and an error code at the pointer if it cannot. */
  _speex_resampler_init(channels: number, fromRate: number, toRate: number, quality: number, errorPointer: number): number;
  _speex_resampler_destroy(state: number): void;
  /** Lengths are read, then replaced by what was consumed and made. Returns an error code, 0 for none. */
  _speex_resampler_process_interleaved_int(state: number, input: number, inputLength: number, output: number, outputLength: number): number;
}

const functionNames = [
  '_malloc',
  '_free',
  '_speex_resampler_init',
  '_speex_resampler_destroy',
  '_speex_resampler_process_interleaved_int',
] as const;

/** The loader adds listeners for these to the process, which would turn every unhandled rejection of the application into an abort. */
const intrudedEvents = ['uncaughtException', 'unhandledRejection'] as const;

let loading: Promise<SpeexModule> | undefined;

/** Loads and compiles the module at the first call; one for the process, of some 30 ms and 8 MB. A failed load is tried again by the next call. */
export function loadSpeexModule(): Promise<SpeexModule> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw new Error('the resampler could not be loaded: is the package "speex-resampler" installed whole?', { cause: error });
  });
  return loading;
}

async function load(): Promise<SpeexModule> {
  // Not the package's own entry: its class never frees a filter, and loses samples of chunks that do not divide evenly.
  const make = findFactory(await import('speex-resampler/app/speex_wasm.js'));
  const module: unknown = await withoutNewListeners(() => make({}));
  if (!isSpeexModule(module)) throw new Error('it is not the module that is expected');
  return module;
}

/** A CommonJS default export lies one or two `default`s deep, depending on who loads it. */
function findFactory(exported: unknown): (options: object) => unknown {
  let value = exported;
  while (typeof value === 'object' && value !== null && 'default' in value) value = value.default;
  if (!isFunction(value)) throw new Error('it exports no function');
  return value;
}

function withoutNewListeners(make: () => unknown): unknown {
  const before = intrudedEvents.map((event) => new Set<unknown>(process.rawListeners(event)));
  const made = make();
  intrudedEvents.forEach((event, index) => {
    for (const listener of process.rawListeners(event)) {
      if (isFunction(listener) && before[index]?.has(listener) === false) process.off(event, listener);
    }
  });
  return made;
}

function isFunction(value: unknown): value is (...values: unknown[]) => unknown {
  return typeof value === 'function';
}

function isSpeexModule(value: unknown): value is SpeexModule {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    fields.get('HEAP16') instanceof Int16Array &&
    fields.get('HEAP32') instanceof Int32Array &&
    functionNames.every((name) => typeof fields.get(name) === 'function')
  );
}
