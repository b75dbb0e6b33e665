import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import { callStream } from '../../provider-kit/call-stream.js';
import { APIConnectionError, APIError } from '../../provider/api-error.js';
import type { STT, STTEvent, STTRequest } from '../../provider/stt.js';
import { AbortError } from '../../stream/abort-error.js';
import { defaultConnectOptions } from '../../stream/connect-options.js';
import { VirtualClock } from '../../time/virtual-clock.js';
import type { HearingEvent } from '../hearing-event.js';
import { StreamLine } from '../stream-line.js';
import { StreamingTranscriber } from '../streaming-transcriber.js';

export const lost = new APIConnectionError('lost', { provider: 'fake' });
export const expired = new APIError('too old', { kind: 'expired', provider: 'fake', retryable: true });
export const frameMs = 100;

/** What a call of the fake STT does when it has heard the audio up to a time, was told to flush, or is given no more. */
export type Call = Readonly<Record<number | 'flush' | 'ended', readonly (STTEvent | Error)[] | 'end' | undefined>>;

export const final = (text: string, endMs: number, segmentId = `s${endMs}`): STTEvent => ({ type: 'transcript-final', segmentId, text, endMs });
export const interim = (text: string): STTEvent => ({ type: 'transcript-interim', segmentId: 'interim', text });
export const usage: STTEvent = { type: 'usage', usage: { audioMs: 100 } };

export interface Setting {
  readonly calls?: readonly Partial<Call>[];
  readonly interims?: boolean;
  readonly reportVoice?: boolean;
  readonly transcribe?: (request: STTRequest) => AsyncIterable<STTEvent>;
}

/** What it is able to do; what it does is the call's. */
const fakeSTT = ({ interims, reportVoice }: { readonly interims: boolean; readonly reportVoice: boolean }): Omit<STT, 'transcribe'> => ({
  specificationVersion: 1,
  kind: 'stt',
  provider: 'fake',
  model: 'fake-stt',
  capabilities: {
    streaming: true,
    interimTranscripts: interims,
    endpointing: reportVoice,
    turnDetection: false,
    wordTimings: false,
    speakers: false,
    settings: [],
    updatable: [],
    sampleRates: [16_000],
  },
});

function inWords(event: HearingEvent): string {
  if (event.type === 'transcript-final') return `final ${event.text}`;
  if (event.type === 'transcript-interim') return `interim ${event.text}`;
  if (event.type === 'error') return `${event.recoverable ? '' : 'un'}recoverable ${event.error instanceof Error ? event.error.message : ''}`;
  return event.type === 'voice-start' || event.type === 'voice-end' ? `${event.type} ${event.atMs}` : event.type;
}

/** Plays the calls, one after the other, and keeps what each was given. */
const scriptedCalls =
  (calls: readonly Partial<Call>[], heard: (number | 'flush')[][]) =>
  (request: STTRequest): AsyncIterable<STTEvent> =>
    callStream(request, async function* () {
      const mine: (number | 'flush')[] = [];
      const script = calls[heard.push(mine) - 1] ?? {};
      for await (const input of request.audio) {
        if (input.type === 'update') continue;
        mine.push(input.type === 'flush' ? 'flush' : input.frame.atMs);
        const steps = script[input.type === 'flush' ? 'flush' : input.frame.atMs + frameMs] ?? [];
        if (steps === 'end') return;
        for (const step of steps) {
          if (step instanceof Error) throw step;
          yield step;
        }
      }
      if (script.ended?.[0] instanceof Error) throw script.ended[0];
    });

export function setUp({ calls = [], interims = true, reportVoice = false, transcribe }: Setting = {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  /** What each call was given: the times of its frames, and `flush`. */
  const heard: (number | 'flush')[][] = [];
  const fake = scriptedCalls(calls, heard);
  const stt = { ...fakeSTT({ interims, reportVoice }), transcribe: fake };
  const line = new StreamLine(clock);
  const segments: string[] = [];
  let callCount = 0;
  const transcriber = new StreamingTranscriber({
    stt,
    transcribe: transcribe ?? fake,
    call: () => ({ clock, logger: { log: () => {} }, sessionId: 'session-1', callId: `call-${(callCount += 1)}` }),
    signal: controller.signal,
    sampleRate: 16_000,
    connect: defaultConnectOptions,
    line,
    reportVoice,
    onEvent: (event) => {
      if (event.type === 'transcript-final') segments.push(event.segmentId);
      note(inWords(event));
    },
  });
  let atMs = 0;
  /** The call goes on for so long, a frame every 100 ms. */
  const listen = async (ms: number) => {
    for (const endMs = atMs + ms; atMs < endMs; atMs += frameMs) {
      await clock.advance(frameMs);
      transcriber.push(line.place({ samples: new Int16Array(1600), sampleRate: 16_000, channels: 1, atMs }));
      await clock.advance(0);
    }
  };
  const close = async () => {
    controller.abort(new AbortError());
    await clock.runUntil(transcriber.end());
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  };
  return { clock, transcriber, account, segments, heard, listen, close, controller };
}

export const range = (fromMs: number, toMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / frameMs }, (_entry, index) => fromMs + index * frameMs);
export const without = (account: readonly string[], ...words: readonly string[]): string[] =>
  account.filter((entry) => !words.some((word) => entry.includes(word)));
