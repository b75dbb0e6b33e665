import { Agent } from '../agent/agent.js';
import { Hearing } from '../hearing/hearing.js';
import type { HearingEvent } from '../hearing/hearing-event.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioChunk, AudioInput } from '../provider/audio-input.js';
import type { STT, STTEvent, STTRequest } from '../provider/stt.js';
import type { VAD } from '../provider/vad.js';
import type { ConnectOptions } from '../stream/connect-options.js';
import { withDeadline } from '../stream/deadline.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import type { UnheardSpeech } from '../turn/unheard-speech.js';
import { DetectorRunner } from './detector-runner.js';
import type { SessionContext } from './session-context.js';
import type { RunnerEffect } from './session-core.js';
import { frameFault } from '../audio/frame-fault.js';
import { ContractFaults } from '../stream/contract-faults.js';

/** What the reducer may want of who listens. */
export type HearingEffect = Extract<
  RunnerEffect,
  {
    readonly type:
      | 'hearing-mute'
      | 'hearing-flush'
      | 'hearing-settle'
      | 'voice-reset'
      | 'speech-unheard'
      | 'detector-predict'
      | 'detector-cancel'
      | 'detector-reset';
  }
>;

interface Ears {
  readonly vad: VAD | undefined;
  readonly stt: STT | undefined;
  /** The agent whose `sttNode` listens, if it has one of its own. */
  readonly node: Agent | undefined;
  readonly transcribe: (request: STTRequest) => AsyncIterable<STTEvent>;
}

/**
 * A voice that is heard when others take over listening goes on if they hear one so soon: some VADs want that much of it before they say so.
 * Else it has ended with the change.
 */
const voiceGoesOnMs = 500;

/** Stands for the STT of an agent that has only an `sttNode`. */
const nodeSTT: STT = {
  specificationVersion: 1,
  kind: 'stt',
  provider: 'agent',
  model: 'sttNode',
  capabilities: {
    streaming: true,
    interimTranscripts: true,
    endpointing: false,
    turnDetection: false,
    wordTimings: false,
    speakers: false,
    settings: [],
    updatable: [],
    sampleRates: [16_000],
  },
  transcribe: () => {
    throw new Error('the agent has no sttNode of its own');
  },
};

/** Has the present agent's VAD and STT listen to the caller, and tells the session what they hear. */
export class HearingRunner {
  readonly #context: SessionContext;
  readonly #onInputEnded: () => void;
  readonly #detector: DetectorRunner;
  #hearing: Hearing | undefined;
  /** Those in whose place others listen: what was said before is still heard out. */
  readonly #heardOut = new Set<Hearing>();
  /** What the present hearing listens with. */
  #ears: Ears | undefined;
  #reader: AsyncIterator<AudioChunk> | undefined;
  /** A voice was heard when others took over, and they have not said yet that it goes on. */
  #cancelVoiceEnd: (() => void) | undefined;

  constructor(context: SessionContext, onInputEnded: () => void) {
    this.#context = context;
    this.#onInputEnded = onInputEnded;
    this.#detector = new DetectorRunner(context);
  }

  /** Listens with what the present agent listens with; goes on with what there is if that is the same. */
  open(): void {
    this.#openEars();
    this.#detector.open();
    const { sampleRate, minSilenceMs } = this.#detector;
    const onFrame = (frame: AudioFrame) => this.#detector.push(frame);
    this.#hearing?.setListener(sampleRate === undefined ? undefined : { sampleRate, onFrame });
    this.#hearing?.setPause(minSilenceMs);
    this.#hearing?.setEndedBySTT(this.#context.resolved().turn.sttEnds !== 'none');
  }

  perform(effect: HearingEffect): void {
    switch (effect.type) {
      case 'hearing-mute':
        return this.#hearing?.setMuted(effect.muted);
      case 'hearing-flush':
        return this.#hearing?.flush();
      case 'hearing-settle':
        for (const hearing of this.#all) hearing.settle();
        return undefined;
      case 'voice-reset':
        return this.#hearing?.resetVoice();
      case 'speech-unheard':
        return this.#tellUnheard(effect.speech);
      case 'detector-predict':
        return this.#detector.predict(effect);
      case 'detector-cancel':
        return this.#detector.cancel();
      case 'detector-reset':
        return this.#detector.reset();
      default:
        return effect satisfies never;
    }
  }

  #tellUnheard({ speechMs, startedMs }: UnheardSpeech): void {
    const { core } = this.#context;
    core.emit({ type: 'transcription-timeout', speechMs, speechStartedAt: core.toWall(startedMs) });
  }

  #openEars(): void {
    const ears = this.#earsOf(this.#context.agent());
    const before = this.#hearing;
    const same = this.#ears;
    if (same !== undefined && same.vad === ears.vad && same.stt === ears.stt && same.node === ears.node) return;
    this.#ears = ears;
    const { core, call, resolved } = this.#context;
    const { vad, stt, transcribe } = ears;
    const hearing = new Hearing({
      vad,
      stt,
      transcribe,
      connect: asTheyAre(() => resolved().connect.stt),
      call,
      // What becomes of a voice is told by those who listen now: of one that was before, its end might never be told.
      onEvent: (event) => {
        const isPresent = this.#hearing === hearing;
        if (isVoice(event)) return isPresent ? this.#onVoice(event) : undefined;
        return isPresent || !isSpeechOfSTT(event) ? this.#onEvent(event) : undefined;
      },
    });
    this.#hearing = hearing;
    this.#hearing.setMuted(core.state.isMuted);
    if (before !== undefined) this.#replace(before);
  }

  /** What was said before the change is still heard out; a voice in its midst, and its pause, ends for those who wait for it. */
  #replace(before: Hearing): void {
    const { core, clock, own } = this.#context;
    const atMs = clock.now();
    const isGoingOn = core.state.turn.isSpeaking && this.#hearing !== undefined;
    // Changed once more: it is still the first change that it may have ended with.
    if (isGoingOn) this.#cancelVoiceEnd ??= clock.after(voiceGoesOnMs, () => this.#endVoice(atMs));
    else this.#endVoice(atMs);
    this.#heardOut.add(before);
    own(this.#hearOut(before));
  }

  #endVoice(atMs: number): void {
    const { core } = this.#context;
    this.#forgetVoiceEnd();
    if (core.state.turn.isSpeaking) core.dispatch({ type: 'voice-end', atMs });
    if (core.state.awaitsPause) core.dispatch({ type: 'voice-pause' });
  }

  #forgetVoiceEnd(): void {
    this.#cancelVoiceEnd?.();
    this.#cancelVoiceEnd = undefined;
  }

  #onVoice(event: VoiceEvent): void {
    const isGoingOn = event.type === 'voice-start' && this.#cancelVoiceEnd !== undefined;
    this.#forgetVoiceEnd();
    if (!isGoingOn) this.#context.core.dispatch(event);
  }

  /** There is nobody to hear until `listen` is called again. */
  deafen(): void {
    this.#leave();
    const before = this.#hearing;
    this.#hearing = undefined;
    this.#ears = undefined;
    if (before !== undefined) this.#replace(before);
  }

  async #hearOut(hearing: Hearing): Promise<void> {
    const { clock, resolved } = this.#context;
    const timeoutMs = resolved().closeTranscriptTimeoutMs;
    const onTimeout = () => new Error(`the STT of the agent before did not end within ${timeoutMs} ms`);
    try {
      await withDeadline(hearing.end(), { clock, timeoutMs, onTimeout });
    } finally {
      this.#heardOut.delete(hearing);
      hearing.close();
    }
  }

  /** The present one, and those before it that may still have something to say. */
  get #all(): readonly Hearing[] {
    return this.#hearing === undefined ? [...this.#heardOut] : [...this.#heardOut, this.#hearing];
  }

  #earsOf(agent: Agent): Ears {
    const { vad, stt } = this.#context.resolved();
    if (agent.sttNode === Agent.prototype.sttNode) {
      return { vad, stt, node: undefined, transcribe: (request) => (stt ?? nodeSTT).transcribe(request) };
    }
    return { vad, stt: stt ?? nodeSTT, node: agent, transcribe: (request) => readUntilAbort(agent.sttNode(request), request) };
  }

  /** Reads this input from now on, for whoever listens at the time. Never rejects. */
  async listen(input: AudioInput): Promise<void> {
    this.#leave();
    const { call, report } = this.#context;
    let reader: AsyncIterator<AudioChunk> | undefined;
    const faults = new ContractFaults('audio input', (error) => report('audio-input', error, true));
    try {
      this.open();
      reader = input.read({ sampleRates: this.#hearing?.sampleRates ?? [], clock: call().clock })[Symbol.asyncIterator]();
      this.#reader = reader;
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
        if (this.#reader !== reader) return;
        const fault = chunkFault(next.value);
        if (fault !== undefined) faults.tell(`gave ${fault}`);
        if (fault !== undefined) continue;
        const wait = this.#hearing?.take(next.value);
        if (wait !== undefined) await wait;
      }
    } catch (error) {
      if (this.#reader === reader) report('audio-input', error, false);
    }
    if (this.#reader === reader) this.#onInputEnded();
  }

  flush(): void {
    this.#hearing?.flush();
  }

  /** Hears no more; `close` lets go. */
  stop(): void {
    this.#leave();
    this.#forgetVoiceEnd();
    for (const hearing of this.#all) hearing.close();
  }

  async end(): Promise<void> {
    this.#leave();
    await Promise.all(this.#all.map((hearing) => hearing.end()));
  }

  async close(): Promise<void> {
    this.#leave();
    this.#forgetVoiceEnd();
    this.#detector.close();
    this.#hearing?.close();
    await this.#hearing?.end();
  }

  /** Stops reading. Not waited for: an input that is silent answers only when it is closed. */
  #leave(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.return?.().then(undefined, () => {});
  }

  #onEvent(event: Exclude<HearingEvent, VoiceEvent>): void {
    const { core, report, addUsage, succeeded } = this.#context;
    switch (event.type) {
      case 'usage':
        return addUsage({ kind: 'stt', provider: event.provider, model: event.model, usage: event.usage });
      case 'error':
        return report(event.source, event.error, event.recoverable);
      case 'recovered':
        return core.emit({ type: 'recovered', source: event.source, action: event.action });
      case 'transcript-interim':
      case 'transcript-final':
        if (event.type === 'transcript-final' && event.text !== '') succeeded('stt');
        // Before it is known what comes of it: it may be taken for the whole turn at once.
        this.#showUser(event);
        return core.dispatch(event);
      default:
        return core.dispatch(event);
    }
  }

  #showUser(event: Extract<HearingEvent, { readonly type: 'transcript-interim' | 'transcript-final' }>): void {
    const { segmentId, text, type } = event;
    this.#context.show({ speaker: 'user', segmentId, text, final: type === 'transcript-final' });
  }
}

type VoiceEvent = Extract<HearingEvent, { readonly type: 'voice-start' | 'voice-progress' | 'voice-end' | 'voice-pause' }>;

const isVoice = (event: HearingEvent): event is VoiceEvent =>
  event.type === 'voice-start' || event.type === 'voice-progress' || event.type === 'voice-end' || event.type === 'voice-pause';

const isSpeechOfSTT = ({ type }: HearingEvent): boolean => type === 'stt-speech-start' || type === 'stt-speech-end';

/** Read anew for each use: what listens outlives a change of options. */
const asTheyAre = (connect: () => ConnectOptions): ConnectOptions => ({
  get maxRetries() {
    return connect().maxRetries;
  },
  get retryDelayMs() {
    return connect().retryDelayMs;
  },
  get timeoutMs() {
    return connect().timeoutMs;
  },
});

/** Longest silence that an input may report at once: an hour. */
const longestGapMs = 3_600_000;

function chunkFault(chunk: AudioChunk): string | undefined {
  if (chunk.type === 'audio') return frameFault(chunk.frame);
  return chunk.durationMs >= 0 && chunk.durationMs <= longestGapMs && Number.isFinite(chunk.atMs) ? undefined : 'a gap without times';
}
