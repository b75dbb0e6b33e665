/** For all that is made of one `createElevenLabs`. */
export interface ElevenLabsSettings {
  /** Default: the environment variable `ELEVENLABS_API_KEY`, else `ELEVEN_API_KEY`, read at each call. */
  readonly apiKey?: string | undefined;
  /** Without a path: of a region, `https://api.eu.residency.elevenlabs.io`, or of a proxy. Default: `https://api.elevenlabs.io`. */
  readonly baseUrl?: string | undefined;
}

/** How a voice speaks; what is absent is as the voice was saved. @see https://elevenlabs.io/docs/api-reference/voices/settings/get */
export interface ElevenLabsVoiceSettings {
  /** 0 to 1: the lower, the more lively. */
  readonly stability?: number | undefined;
  /** 0 to 1: how close to the voice that was cloned. */
  readonly similarityBoost?: number | undefined;
  /** 0 to 1; of the models from version 2 on. */
  readonly style?: number | undefined;
  readonly useSpeakerBoost?: boolean | undefined;
  /** 0.7 to 1.2; default 1. */
  readonly speed?: number | undefined;
}

export interface ElevenLabsTTSOptions {
  /** Its ID. Default: George, which every account has. A call may ask for another. */
  readonly voice?: string | undefined;
  readonly voiceSettings?: ElevenLabsVoiceSettings | undefined;
  /**
   * `socket`: the multi-context WebSocket, which many calls share: the first word comes early, and words have times. `rest`: one request per
   * segment. Default: `socket`, and `rest` for `eleven_v3`, which is not to be had over that socket.
   */
  readonly transport?: 'socket' | 'rest' | undefined;
  /**
   * Characters that are gathered before speech is made of them, for the first piece and those after it; each 50 to 500. Default: none are, the
   * text goes out by the sentence (`auto_mode`). Of the socket.
   */
  readonly chunkLengthSchedule?: readonly number[] | undefined;
  /** Whether numbers and dates are written out before they are spoken. Default: the vendor's. */
  readonly textNormalization?: 'auto' | 'on' | 'off' | undefined;
  /** Tags of SSML in the text are obeyed. Default false. Of the socket. */
  readonly ssml?: boolean | undefined;
  /** False: the vendor keeps nothing, for accounts that may ask so. Default true. */
  readonly logging?: boolean | undefined;
}

export interface ElevenLabsSTTOptions {
  /**
   * Who decides that an utterance is over. `manual`: the session, which needs a VAD for it. `vad`: the vendor, after a silence. Default
   * `manual`.
   */
  readonly commitStrategy?: 'manual' | 'vad' | undefined;
  /** Words have times, and the language is told where none was asked for; finals come a little later. Default false. */
  readonly wordTimings?: boolean | undefined;
  /** For `vad`: 0.1 to 0.9, from where on a sound is a voice. */
  readonly vadThreshold?: number | undefined;
  /** Without "uh", false starts and the like. Default false. */
  readonly noVerbatim?: boolean | undefined;
  /** False: the vendor keeps nothing, for accounts that may ask so. Default true. */
  readonly logging?: boolean | undefined;
}
