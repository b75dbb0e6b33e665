import { callStream } from '../provider-kit/call-stream.js';
import type { Clock } from '../provider/clock.js';
import type { STT, STTEvent } from '../provider/stt.js';
import { Channel } from '../stream/channel.js';
import { type Utterance, utteranceAt } from './utterance.js';

const firstWords = (text: string): string => text.split(' ').slice(0, 2).join(' ');

/** What the STT finds out beside the words. */
export interface ScriptedSTTAbilities {
  /** It reports the start of each voice, and its end so many milliseconds after it. */
  readonly speechEndDelayMs?: number;
  /** It reports turns, as the utterances' `turn` says. */
  readonly turnDetection?: boolean;
}

/**
 * An STT that knows what a scripted caller says: half the delay after the voice ended it reports the first two words, after the whole of
 * it the final text. What it was not given to hear (silence in its place) it does not report.
 */
export function createScriptedSTT(utterances: readonly Utterance[], abilities: ScriptedSTTAbilities = {}): STT {
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'scripted',
    model: 'scripted-stt',
    capabilities: {
      streaming: true,
      interimTranscripts: true,
      endpointing: abilities.speechEndDelayMs !== undefined,
      turnDetection: abilities.turnDetection ?? false,
      wordTimings: false,
      speakers: false,
      settings: [],
      updatable: [],
      sampleRates: [16_000],
    },
    transcribe: (request) =>
      callStream(request, async function* (call) {
        const events = new Channel<STTEvent>({ capacity: 1000 });
        const reports = await call.open(createReports({ clock: request.clock, events, abilities }));
        const listening = (async () => {
          for await (const input of request.audio) {
            if (input.type !== 'audio') continue;
            const { frame } = input;
            if (frame.samples[0] === 0) {
              reports.silence(frame.atMs);
              continue;
            }
            const utterance = utteranceAt(utterances, frame.atMs);
            if (utterance?.startMs === frame.atMs) reports.start(utterance);
            const isLast = utterance !== undefined && frame.atMs + (frame.samples.length / frame.sampleRate) * 1000 >= utterance.endMs;
            if (isLast && utterance.text !== '') reports.add(utterance);
          }
        })();
        const over = () => reports.end();
        void listening.then(over, over);
        yield* events;
      }),
  };
}

interface Reports extends Disposable {
  start(utterance: Utterance): void;
  /** If somebody spoke, their voice was cut off in its midst. */
  silence(atMs: number): void;
  add(utterance: Utterance): void;
  /** No more are added: once those due have been made, so are the events. */
  end(): void;
}

/** What is reported of an utterance once its voice has ended, and how long after that. */
function reportsOf(
  { endMs, text, transcriptDelayMs = 200, final = true, language, turn = {} }: Utterance,
  { speechEndDelayMs, turnDetection = false }: ScriptedSTTAbilities,
  turnText: string,
): readonly (readonly [number, STTEvent])[] {
  const fields = { segmentId: `utterance-${endMs}`, ...(language === undefined ? {} : { language }) };
  const { eagerMs, endMs: turnEndMs } = turnDetection ? turn : {};
  return [
    [transcriptDelayMs / 2, { type: 'transcript-interim', text: firstWords(text), ...fields }],
    ...optional(final ? transcriptDelayMs : undefined, { type: 'transcript-final', text, endMs, ...fields }),
    ...optional(speechEndDelayMs, { type: 'speech-end', atMs: endMs }),
    ...optional(eagerMs, { type: 'turn-eager', text: turnText }),
    ...optional(turnEndMs, { type: 'turn-end', atMs: endMs }),
  ];
}

const optional = (delayMs: number | undefined, event: STTEvent): (readonly [number, STTEvent])[] =>
  delayMs === undefined ? [] : [[delayMs, event]];

function createReports({
  clock,
  events,
  abilities,
}: {
  readonly clock: Clock;
  readonly events: Channel<STTEvent>;
  readonly abilities: ScriptedSTTAbilities;
}): Reports {
  let turnText = '';
  let isEager = false;
  let isSpeaking = false;
  const schedule = createSchedule(clock, events);
  return {
    start({ startMs }) {
      isSpeaking = true;
      if (abilities.speechEndDelayMs !== undefined) void events.push({ type: 'speech-start', atMs: startMs });
      if (isEager) void events.push({ type: 'turn-resumed' });
      isEager = false;
    },
    silence(atMs) {
      if (isSpeaking && abilities.speechEndDelayMs !== undefined) schedule.later(abilities.speechEndDelayMs, { type: 'speech-end', atMs });
      isSpeaking = false;
    },
    add(utterance) {
      isSpeaking = false;
      const { text, turn = {} } = utterance;
      turnText = turnText === '' ? text : `${turnText} ${text}`;
      for (const [delayMs, event] of reportsOf(utterance, abilities, turnText)) schedule.later(delayMs, event);
      isEager = abilities.turnDetection === true && turn.eagerMs !== undefined && turn.endMs === undefined;
      if (turn.endMs !== undefined) turnText = '';
    },
    end: () => schedule.end(),
    [Symbol.dispose]: () => schedule.cancel(),
  };
}

/** Events that are due some time later; once the end is asked for and the last of them was, the stream ends. */
function createSchedule(clock: Clock, events: Channel<STTEvent>) {
  const due = new Set<() => void>();
  let hasEnded = false;
  const endWhenDone = () => {
    if (hasEnded && due.size === 0) events.end();
  };
  return {
    later(delayMs: number, event: STTEvent): void {
      const cancel = clock.after(delayMs, () => {
        due.delete(cancel);
        void events.push(event);
        endWhenDone();
      });
      due.add(cancel);
    },
    end(): void {
      hasEnded = true;
      endWhenDone();
    },
    cancel(): void {
      for (const cancel of due) cancel();
      due.clear();
    },
  };
}
