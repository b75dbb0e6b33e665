import { Agent } from '../agent/agent.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { TTS, TTSEvent } from '../provider/tts.js';
import type { Delivery, DeliveryListener } from '../speaking/delivery.js';
import { SpokenDelivery } from '../speaking/spoken-delivery.js';
import { WrittenDelivery } from '../speaking/written-delivery.js';
import type { TextTransform } from '../speaking/text-transform.js';
import type { WrittenText } from '../speaking/written-text.js';
import type { SessionContext } from './session-context.js';
import type { ParentSignal } from '../stream/linked-signal.js';

/** Stands where a TTS would, for audio recorded beforehand. */
type Voice = Pick<TTS, 'provider' | 'model' | 'capabilities'>;

const recordedVoice: Voice = {
  provider: 'recorded',
  model: 'recorded',
  capabilities: { streaming: true, wordTimings: false, sampleRates: [] },
} as const;

/** Stands where a TTS would, for an agent whose `ttsNode` is its own. */
const nodeVoice: Voice = { provider: 'agent', model: 'ttsNode', capabilities: { streaming: true, wordTimings: false, sampleRates: [] } };

export interface DeliveryRequest {
  /** Who speaks, though another may have the word meanwhile. */
  readonly agent: Agent;
  readonly written: WrittenText;
  readonly signal: ParentSignal;
  readonly listener: DeliveryListener;
  readonly recorded?: Iterable<AudioFrame> | AsyncIterable<AudioFrame> | undefined;
}

/** The way that a reply takes to the listener: by voice where there is an output and something to speak with, else in writing. */
export function createDelivery(context: SessionContext, request: DeliveryRequest): Delivery {
  const { agent, written, signal, listener, recorded } = request;
  const { tts, textTransforms, usesWordTimings, connect, replyDeadlineMs, maxAheadMs } = context.resolvedFor(agent);
  const port = context.output();
  const isOverridden = agent.ttsNode !== Agent.prototype.ttsNode;
  const voice: Voice | undefined = recorded !== undefined ? recordedVoice : (tts ?? (isOverridden ? nodeVoice : undefined));
  if (port === undefined || voice === undefined) return new WrittenDelivery({ written, clock: context.clock, listener });
  return new SpokenDelivery({
    tts: voice,
    synthesize: (call) => (tts !== undefined && !isOverridden ? tts.synthesize(call) : agent.ttsNode(call)),
    call: context.call,
    signal,
    connect: connect.tts,
    replyDeadlineMs,
    maxAheadMs,
    port,
    written,
    listener,
    transforms: textTransforms.map((transform) => guarded(context, transform)),
    usesWordTimings,
    ...(recorded === undefined ? {} : { recorded }),
    onRetry: (error) => context.report('tts', error, true),
    onFault: (fault) => context.report('tts', fault, true),
    onRecovered: () =>
      context.core.emit({ type: 'recovered', source: 'tts', action: 'called again, from the sentence that was not complete' }),
    onReceipt: (event) => countUsage(context, voice, event),
    onUnacknowledged: () =>
      context.core.emit({
        type: 'recovered',
        source: 'audio-output',
        action: 'did not acknowledge in time; counted as heard by the clock',
      }),
  });
}

function countUsage(context: SessionContext, voice: Voice, event: TTSEvent): void {
  if (event.type !== 'usage') return;
  context.addUsage({ kind: 'tts', provider: event.provider ?? voice.provider, model: event.model ?? voice.model, usage: event.usage });
}

/** A filter of the application's that throws leaves the sentence as it is. */
function guarded(context: SessionContext, transform: TextTransform): TextTransform {
  if (typeof transform !== 'function') return transform;
  return (sentence) => {
    try {
      const spoken: unknown = transform(sentence);
      if (typeof spoken === 'string') return spoken;
      throw new TypeError(`a function among ttsTextTransforms returned ${spoken === null ? 'null' : typeof spoken}; it must return a text`);
    } catch (error) {
      context.report('hook', error, true);
      return sentence;
    }
  };
}
