import { Agent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import type { STT } from '../provider/stt.js';
import type { TurnDetector } from '../provider/turn-detector.js';
import type { VAD } from '../provider/vad.js';
import type { DetectorNeeds, TurnDetectionMode, TurnOptions } from '../turn/turn-options.js';

/** Gives the value in force of an option that an agent may override. */
export type PickOption = <Name extends keyof OverridableOptions>(name: Name) => OverridableOptions[Name];

/** With what a user is heard. */
export interface TurnEars {
  readonly vad: VAD | undefined;
  readonly stt: STT | undefined;
  /** There is an STT, or an `sttNode` in its place. */
  readonly hasSTT: boolean;
}

/** The part of the turn's options that says how it ends. */
export type TurnEndOptions = Pick<
  TurnOptions,
  | 'turnDetection'
  | 'sttEnds'
  | 'detector'
  | 'endpointing'
  | 'minEndpointingDelayMs'
  | 'maxEndpointingDelayMs'
  | 'interimCommitTimeoutMs'
  | 'transcriptionTimeoutMs'
  | 'userTurnLimit'
>;

/** The part of the turn's options that says how it ends. Times in milliseconds. */
export function turnEndOptions(pick: PickOption, { vad, stt, hasSTT }: TurnEars): TurnEndOptions {
  const detection = pick('turnDetection');
  const byWhatIsThere = vad === undefined ? (hasSTT ? 'stt' : 'manual') : 'vad';
  const turnDetection = typeof detection === 'string' ? detection : byWhatIsThere;
  const limit = pick('userTurnLimit') ?? null;
  return {
    turnDetection,
    sttEnds: turnDetection === 'stt' ? endsOf(stt) : 'none',
    detector: isDetector(detection) ? needsOf(detection) : null,
    endpointing: pick('endpointing') ?? 'fixed',
    minEndpointingDelayMs: orOff(pick('minEndpointingDelayMs'), { absent: 500, off: 0 }),
    maxEndpointingDelayMs: pick('maxEndpointingDelayMs') ?? 6000,
    interimCommitTimeoutMs: pick('interimCommitTimeoutMs') ?? 2000,
    // Without an STT there is no text to wait for.
    transcriptionTimeoutMs: hasSTT ? (pick('transcriptionTimeoutMs') ?? null) : null,
    userTurnLimit: limit === null ? null : { words: limit.words ?? Infinity, durationMs: limit.durationMs ?? Infinity },
  };
}

/** Of an option: `undefined` is absent, `null` turns it off. */
export const orOff = <Value>(value: Value | null | undefined, { absent, off }: { readonly absent: Value; readonly off: Value }): Value =>
  value === undefined ? absent : (value ?? off);

export const isDetector = (detection: OverridableOptions['turnDetection']): detection is TurnDetector =>
  typeof detection === 'object' && detection !== null;

export const hasSTTNode = (agent: Agent | undefined): boolean => agent !== undefined && agent.sttNode !== Agent.prototype.sttNode;

const endsOf = (stt: STT | undefined): TurnOptions['sttEnds'] =>
  stt === undefined ? 'none' : stt.capabilities.turnDetection ? 'turn' : stt.capabilities.endpointing ? 'speech' : 'none';

const needsOf = ({ capabilities }: TurnDetector): DetectorNeeds => ({
  hearsAudio: capabilities.sampleRates.length > 0,
  minSilenceMs: capabilities.minSilenceMs,
  languages: capabilities.languages,
});

/** What each mode cannot do without. */
const missingFor: Readonly<Record<TurnDetectionMode, string>> = {
  realtime_llm: 'no realtime model; give one as "llm"',
  vad: 'no VAD; give one to the session or the agent (option "vad")',
  stt: 'no STT; give one to the session or the agent (option "stt")',
  manual: 'nothing',
};

interface TurnMode {
  readonly agent: Agent;
  readonly mode: TurnDetectionMode;
  readonly detector: TurnDetector | undefined;
  readonly ears: TurnEars;
}

/** @throws {TypeError} Nobody is there to find the end of a turn in this way; says who is missing. */
export function checkTurnMode({ agent, mode, detector, ears }: TurnMode): void {
  const isMissing = { realtime_llm: true, vad: ears.vad === undefined, stt: !ears.hasSTT, manual: false }[mode];
  if (isMissing)
    throw new TypeError(
      `agent "${agent.label}": option "turnDetection" is "${mode}", but there is ${missingFor[mode]}, or choose another mode`,
    );
  if (detector === undefined || mode !== 'manual') return;
  throw new TypeError(
    `agent "${agent.label}": the turn detector ${detector.provider}/${detector.model} is asked in the user's pauses, and nobody finds those; give the session a VAD or an STT`,
  );
}
