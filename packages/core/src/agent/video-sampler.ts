import type { AgentState, UserState } from '../observe/agent-event.js';

/** What a sampler may go by. */
export interface VideoSamplerState {
  readonly userState: UserState;
  readonly agentState: AgentState;
}

/**
 * How long after a video frame the next one is taken, in milliseconds; `Infinity`: none for now. Asked after each frame, and whenever the
 * user begins or stops speaking.
 */
export type VideoSampler = (state: VideoSamplerState) => number;

/** A frame a second while the user speaks, one in three seconds otherwise. */
export const sampleWhileSpeaking: VideoSampler = ({ userState }) => (userState === 'speaking' ? 1000 : 3000);
