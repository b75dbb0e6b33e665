import type { LLM } from '../provider/llm.js';
import type { STT } from '../provider/stt.js';
import type { TTS, TTSInput } from '../provider/tts.js';
import type { VAD } from '../provider/vad.js';
import type { VirtualClock } from '../time/virtual-clock.js';

type Steppable = VAD | STT | LLM | TTS;

/**
 * Lets a provider that works in real time (a worker thread, a model) take part in a call on a virtual clock: time stands still while it
 * owes something. A VAD or an STT owes until it asks for the next piece of audio, so it must ask only when the last one is done with; an LLM
 * until its next event; a TTS until its next event, while it works on a piece of text or flushed text waits.
 *
 * The provider itself stays as it is: what comes back delegates to it.
 */
export function inLockstep<Provider extends Steppable>(provider: Provider, clock: VirtualClock): Provider;
export function inLockstep(provider: Steppable, clock: VirtualClock): Steppable {
  switch (provider.kind) {
    case 'vad':
      return {
        ...base(provider),
        detect: (request) => provider.detect({ ...request, audio: holdingWhileRead(request.audio, { clock, signal: request.signal }) }),
      };
    case 'stt':
      return { ...base(provider), transcribe: (request) => transcribeInLockstep(provider, clock, request) };
    case 'llm':
      return {
        ...base(provider),
        generate: (request) => holdingWhileWaited(provider.generate(request), { clock, signal: request.signal, isOwed: () => true }),
      };
    case 'tts':
      return { ...base(provider), synthesize: (request) => synthesizeInLockstep(provider, clock, request) };
    default:
      return provider satisfies never;
  }
}

/** Field by field: a provider may be a class, whose getters a spread does not find. */
function base<Provider extends Steppable>(
  provider: Provider,
): Pick<Provider, 'specificationVersion' | 'kind' | 'provider' | 'model' | 'capabilities' | 'prewarm' | 'close'> {
  const { specificationVersion, kind, provider: name, model, capabilities } = provider;
  return {
    specificationVersion,
    kind,
    provider: name,
    model,
    capabilities,
    prewarm: (options) => provider.prewarm?.(options) ?? Promise.resolve(),
    close: () => provider.close?.() ?? Promise.resolve(),
  };
}

function transcribeInLockstep(stt: STT, clock: VirtualClock, request: Parameters<STT['transcribe']>[0]): ReturnType<STT['transcribe']> {
  let hasEnded = false;
  let update = () => {};
  const { signal } = request;
  const onEnd = () => {
    // Once it has heard all, its last words are owed.
    hasEnded = true;
    update();
  };
  const audio = holdingWhileRead(request.audio, { clock, signal, onEnd });
  return holdingWhileWaited(stt.transcribe({ ...request, audio }), {
    clock,
    signal,
    isOwed: () => hasEnded,
    onChange: (changed) => {
      update = changed;
    },
  });
}

function synthesizeInLockstep(tts: TTS, clock: VirtualClock, request: Parameters<TTS['synthesize']>[0]): ReturnType<TTS['synthesize']> {
  let flushed = 0;
  let isReading = false;
  let update = () => {};
  const text = (async function* (): AsyncGenerator<TTSInput, void, void> {
    for await (const input of request.text) {
      if (input.type === 'flush') flushed += 1;
      // Of a long text it may begin to speak before the flush.
      isReading = true;
      update();
      yield input;
      isReading = false;
      update();
    }
  })();
  const events = holdingWhileWaited(tts.synthesize({ ...request, text }), {
    clock,
    signal: request.signal,
    isOwed: () => isReading || flushed > 0,
    onChange: (changed) => {
      update = changed;
    },
  });
  return (async function* () {
    for await (const event of events) {
      if (event.type === 'segment-end') flushed -= 1;
      yield event;
    }
  })();
}

/** Holds the clock from handing an item over until the reader comes for the next one. */
async function* holdingWhileRead<T>(
  items: AsyncIterable<T>,
  { clock, signal, onEnd = () => {} }: Step & { readonly onEnd?: () => void },
): AsyncGenerator<T, void, void> {
  let release = () => {};
  const letGo = () => release();
  signal.addEventListener('abort', letGo, { once: true });
  try {
    for await (const item of items) {
      release = clock.hold();
      if (signal.aborted) release();
      yield item;
      release();
    }
    onEnd();
  } finally {
    release();
    signal.removeEventListener('abort', letGo);
  }
}

interface Step {
  readonly clock: VirtualClock;
  readonly signal: AbortSignal;
}

interface Debt {
  readonly isOwed: () => boolean;
  /** Is told what to call when that has changed in the midst of a wait. */
  readonly onChange?: (changed: () => void) => void;
}

/** Holds the clock while the next event is waited for and owed. */
async function* holdingWhileWaited<T>(
  events: AsyncIterable<T>,
  { clock, signal, isOwed, onChange }: Step & Debt,
): AsyncGenerator<T, void, void> {
  let release: (() => void) | undefined;
  let isWaiting = false;
  const hold = () => {
    if (isWaiting && !signal.aborted && isOwed()) release ??= clock.hold();
  };
  const letGo = () => {
    release?.();
    release = undefined;
  };
  onChange?.(() => (isOwed() ? hold() : letGo()));
  signal.addEventListener('abort', letGo, { once: true });
  const reader = events[Symbol.asyncIterator]();
  try {
    while (true) {
      isWaiting = true;
      hold();
      const next = await reader.next();
      isWaiting = false;
      letGo();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    isWaiting = false;
    letGo();
    signal.removeEventListener('abort', letGo);
    reader.return?.().then(undefined, () => {});
  }
}
