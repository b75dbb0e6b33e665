import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { STT, STTEvent, STTRequest } from '../provider/stt.js';
import type { ConnectOptions } from '../stream/connect-options.js';
import type { HearingEvent } from './hearing-event.js';
import type { StreamLine } from './stream-line.js';
import type { APIError } from '../provider/api-error.js';
import { ContractFaults } from '../stream/contract-faults.js';
import { STTRules, withTimeWithin } from './stt-rules.js';

/** Turns audio into transcript events, over as many calls of the STT as that takes. */
export interface Transcriber {
  /** Mono, at the sample rate it was made for. */
  push(frame: AudioFrame): void;
  /** The VAD heard a voice begin, at this time on the frames' line. */
  voiceStart(atMs: number): void;
  /**
   * The VAD heard it end, at this time on the frames' line, now if none is given: what there is can be finalised. Not so, with `isFinal`
   * false, if the STT is to find the end by itself.
   */
  voiceEnd(atMs?: number, isFinal?: boolean): void;
  /** What was said up to here is to be finalised, whether the voice has ended or not. */
  flush(): void;
  /** What was reported so far was taken as it stands, interims included: after a failure it is not sent again. */
  settle(): void;
  /** No more audio: what is due is still reported, then it settles. */
  end(): Promise<void>;
}

export interface TranscriberOptions {
  readonly stt: STT;
  /** Where the events come from; differs from the STT's own if the agent has an `sttNode`. */
  readonly transcribe: (request: STTRequest) => AsyncIterable<STTEvent>;
  readonly call: () => Omit<CallOptions, 'signal'>;
  readonly signal: AbortSignal;
  readonly sampleRate: number;
  readonly connect: ConnectOptions;
  readonly line: StreamLine;
  readonly onEvent: (event: HearingEvent) => void;
  /** Where there is no VAD, the STT's own speech events stand in for it. */
  readonly reportVoice: boolean;
}

/** How long an STT may say nothing after it was sent speech: then its connection is dead. Turn-taking rules, liveness. */
export const livenessMs = 10_000;

/**
 * Hands on what the STT says, in the session's terms and on the clock. Returns whether anybody's words were in it.
 *
 * @param callId Of the call that it came from: segments have names of their own only within one.
 */
export function forward(event: STTEvent, callId: string, { stt, line, onEvent, reportVoice }: TranscriberOptions): boolean {
  switch (event.type) {
    case 'transcript-interim':
    case 'transcript-final': {
      const { language, speaker } = event;
      const text = saidIn(event.text);
      const segmentId = segmentIdOf(event, callId);
      const fields = { segmentId, text, ...(language === undefined ? {} : { language }), ...(speaker === undefined ? {} : { speaker }) };
      if (event.type === 'transcript-interim') onEvent({ type: event.type, ...fields });
      else onEvent({ type: event.type, ...fields, endedMs: line.toClock(event.endMs) });
      return event.type === 'transcript-final' && text !== '';
    }
    case 'speech-start':
      if (reportVoice) onEvent({ type: 'voice-start', atMs: line.toClock(event.atMs) });
      onEvent({ type: 'stt-speech-start' });
      return false;
    case 'speech-end':
      if (reportVoice) onEvent({ type: 'voice-end', atMs: line.toClock(event.atMs) });
      onEvent({ type: 'stt-speech-end', atMs: line.toClock(event.atMs) });
      return false;
    case 'turn-eager':
      onEvent({ type: 'turn-eager', text: saidIn(event.text) });
      return false;
    case 'turn-resumed':
      onEvent({ type: 'turn-resumed' });
      return false;
    case 'turn-end':
      onEvent({ type: 'turn-end', atMs: line.toClock(event.atMs) });
      return false;
    case 'usage':
      onEvent({ type: 'usage', usage: event.usage, provider: event.provider ?? stt.provider, model: event.model ?? stt.model });
      return false;
    default:
      return false;
  }
}

/** Segments have names of their own only within a call. */
export const segmentIdOf = ({ segmentId }: { readonly segmentId: string }, callId: string): string => `${callId}:${segmentId}`;

/** Blanks around it aside, and nothing where there is no word: some vendors write "." for a noise. */
const saidIn = (text: string): string => (/[^\p{P}\p{Z}\s]/u.test(text) ? text.trim() : '');

/** For one call of the STT: gives the event as it can be used, or nothing if it cannot; what rule of the contract it breaks is told. */
export function createSTTCheck({ stt, line, onEvent }: TranscriberOptions): (event: STTEvent) => STTEvent | undefined {
  const rules = new STTRules();
  const onFault = (error: APIError) => onEvent({ type: 'error', source: 'stt', error, recoverable: true });
  const faults = new ContractFaults(stt.provider, onFault);
  return (event) => {
    const broken = rules.broken(event);
    const rule = broken ?? rules.bent(event);
    if (rule !== undefined) faults.tell(rule);
    return broken === undefined ? withTimeWithin(event, line.endMs) : undefined;
  };
}
