import type {
  CommittedTranscriptWithTimestampsMessage,
  InputAudioChunk,
  SessionStartedMessage,
  WebSocketMessage,
} from '@elevenlabs/elevenlabs-js/wrapper/realtime/connection.js';
import { fieldOf } from '@parley/core/provider-kit';
import { isErrorType } from './vendor-error.js';

/** Seconds of the session's audio, as the vendor counts. */
export interface ScribeWord {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly confidence?: number;
}

/** What of the vendor's messages is used. Those with `isTimed` come in addition to the plain ones, where they were asked for. */
export type ScribeMessage =
  | { readonly type: 'session'; readonly id: string }
  | { readonly type: 'partial'; readonly text: string }
  | {
      readonly type: 'committed';
      readonly isTimed: boolean;
      readonly text: string;
      readonly language?: string;
      readonly words: readonly ScribeWord[];
    }
  | { readonly type: 'error'; readonly code: string };

const types = {
  session: 'session_started',
  partial: 'partial_transcript',
  // Settled, and yet not committed: it may be a part of the utterance.
  settled: 'final_transcript',
  committed: 'committed_transcript',
  timed: 'committed_transcript_with_timestamps',
} as const satisfies Record<string, WebSocketMessage['message_type']>;

/** Nothing for what is of no use here: other messages, and what is none. */
export function readScribeMessage(message: string | Uint8Array): ScribeMessage | undefined {
  const body = parsed(message);
  const type = fieldOf(body, 'message_type');
  const text = textOf(fieldOf(body, 'text'));
  switch (type) {
    case types.session:
      return { type: 'session', id: textOf(fieldOf(body, 'session_id' satisfies keyof SessionStartedMessage)) };
    case types.partial:
    case types.settled:
      return { type: 'partial', text };
    case types.committed:
      return { type: 'committed', isTimed: false, text, words: [] };
    case types.timed: {
      const language = textOf(fieldOf(body, 'language_code' satisfies keyof CommittedTranscriptWithTimestampsMessage));
      return { type: 'committed', isTimed: true, text, words: readWords(fieldOf(body, 'words')), ...(language === '' ? {} : { language }) };
    }
    default:
      return typeof type === 'string' && isErrorType(type) ? { type: 'error', code: type } : undefined;
  }
}

/** A chunk as the SDK has it. Put together by hand: base64 has nothing to escape, and there are fifty in a second. */
export function audioChunk(base64: string, { commit, sampleRate }: { readonly commit: boolean; readonly sampleRate: number }): string {
  const type: InputAudioChunk['message_type'] = 'input_audio_chunk';
  return `{"message_type":"${type}","audio_base_64":"${base64}","commit":${commit},"sample_rate":${sampleRate}}`;
}

function parsed(message: string | Uint8Array): unknown {
  if (typeof message !== 'string') return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** JSON has room for numbers that are none: 1e999. */
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function readWords(value: unknown): ScribeWord[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const [type, text, start, end, logprob] = ['type', 'text', 'start', 'end', 'logprob'].map((name) => fieldOf(item, name));
    if (type === 'spacing' || typeof text !== 'string' || !isNumber(start) || !isNumber(end)) return [];
    const confidence = isNumber(logprob) ? { confidence: Math.min(1, Math.exp(logprob)) } : {};
    return [{ text, startSeconds: start, endSeconds: end, ...confidence }];
  });
}
