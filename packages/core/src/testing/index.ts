export { VirtualClock } from '../time/virtual-clock.js';
export { callTimeline, type TimedEvent } from './call-timeline.js';
export { inLockstep } from './in-lockstep.js';
export { createLeakCheck, type LeakCheck } from './leak-check.js';
export { mockTools, type ToolMock } from './mock-tools.js';
export { inShort, scenario, type Scenario, type ScenarioResult } from './scenario.js';
export { type ScriptProblem, ScriptProblems } from './script-problems.js';
export {
  createScriptedDispatcher,
  type JobReport,
  type ScriptedAnswer,
  type ScriptedDispatcher,
  type ScriptedOffer,
} from './scripted-dispatcher.js';
export { createScriptedInput } from './scripted-input.js';
export { createScriptedLLM, type ScriptedReply } from './scripted-llm.js';
export { createScriptedOutput, type PlayedSegment } from './scripted-output.js';
export { createScriptedSTT, type ScriptedSTTAbilities } from './scripted-stt.js';
export { createScriptedTTS, type ScriptedSpeech } from './scripted-tts.js';
export {
  createScriptedTurnDetector,
  type ScriptedDetectorNeeds,
  type ScriptedPrediction,
  type ScriptedTurnDetector,
} from './scripted-turn-detector.js';
export { createScriptedToolset, type ScriptedTool, type ScriptedToolset } from './scripted-toolset.js';
export { createScriptedVAD } from './scripted-vad.js';
export { textCall, type TextCall, type TextCallOptions } from './text-call.js';
export type { Utterance } from './utterance.js';
