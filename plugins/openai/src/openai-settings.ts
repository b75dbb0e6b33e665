import type { LLMCapabilities } from '@parley/core/provider';

/** For all that is made of one `createOpenAI`. */
export interface OpenAISettings {
  /** Default: the environment variable `OPENAI_API_KEY`, read at each call. */
  readonly apiKey?: string | undefined;
  /** Of a compatible server, with its path: `http://localhost:11434/v1`. Default: `OPENAI_BASE_URL`, else OpenAI's own. */
  readonly baseUrl?: string | undefined;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
}

export interface OpenAILLMOptions {
  /**
   * `chat`: chat completions, which compatible servers speak too. `responses`: the Responses API, by which a model's reasoning is given back
   * to it in the next turn. Default `chat`.
   */
  readonly api?: 'chat' | 'responses' | undefined;
  /** 0 to 2; not taken by reasoning models. */
  readonly temperature?: number | undefined;
  /** At most so many tokens in a reply, reasoning included. */
  readonly maxOutputTokens?: number | undefined;
  /** How much a reasoning model thinks before it answers: for speech `minimal` or `low`. */
  readonly reasoningEffort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | undefined;
  readonly serviceTier?: 'auto' | 'default' | 'flex' | 'priority' | undefined;
  /** What a compatible server can do, where that is not what OpenAI's models can: tools, parallel calls, images and structured output. */
  readonly capabilities?: Partial<Omit<LLMCapabilities, 'audio'>> | undefined;
}

export interface OpenAITTSOptions {
  /** Default `alloy`. A call may ask for another. */
  readonly voice?: string | undefined;
  /** How to speak, in words; of `gpt-4o-mini-tts`. */
  readonly instructions?: string | undefined;
  /** 0.25 to 4; default 1. */
  readonly speed?: number | undefined;
}

export interface OpenAISTTOptions {
  /** Words of the conversation so far, or names that will come up. */
  readonly prompt?: string | undefined;
}
