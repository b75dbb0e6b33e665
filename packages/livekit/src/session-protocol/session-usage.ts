import { AgentSession as Protocol } from '@livekit/protocol';
import type { ModelUsage } from '@parley/core';

/** What models have used, as the protocol has it: what is not known is 0 there, and audio is in seconds. */
export const sessionUsage = (usage: readonly ModelUsage[]): Protocol.AgentSessionUsage =>
  new Protocol.AgentSessionUsage({ modelUsage: usage.map(modelUsage) });

function modelUsage({ kind, provider, model, usage }: ModelUsage): Protocol.ModelUsage {
  const inputTokens = usage.inputTokens ?? 0;
  const outputTokens = usage.outputTokens ?? 0;
  const audioDuration = (usage.audioMs ?? 0) / 1000;
  switch (kind) {
    case 'llm': {
      const inputAudioTokens = usage.inputAudioTokens ?? 0;
      const outputAudioTokens = usage.outputAudioTokens ?? 0;
      const inputCachedTokens = usage.cachedInputTokens ?? 0;
      const value = { provider, model, inputTokens, inputCachedTokens, inputAudioTokens, outputTokens, outputAudioTokens };
      return new Protocol.ModelUsage({ usage: { case: 'llm', value } });
    }
    case 'tts': {
      const value = { provider, model, inputTokens, outputTokens, charactersCount: usage.characters ?? 0, audioDuration };
      return new Protocol.ModelUsage({ usage: { case: 'tts', value } });
    }
    case 'stt':
      return new Protocol.ModelUsage({ usage: { case: 'stt', value: { provider, model, inputTokens, outputTokens, audioDuration } } });
    default:
      return kind satisfies never;
  }
}
