// Providers that answer at once, written against the interfaces of @livekit/agents: what bench/fakes/ is for ours, rule for rule.
import { llm, stt, tts, VAD, VADEventType, VADStream } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';

const frameMs = 20;
const agentSampleRate = 24_000;
const length = (agentSampleRate * frameMs) / 1000;
const voice = Int16Array.from({ length }, (_, index) => Math.round(8000 * Math.sin((2 * Math.PI * 10 * index) / length)));

const isVoiced = (frame) => frame.data[0] !== 0;

/** A VAD that answers on each frame: speech starts with the first voiced one and ends with the first silent one. */
export class FakeVAD extends VAD {
  label = 'bench.fake-vad';
  framesHeard = 0;

  /** @param {(frame: AudioFrame) => boolean} hears What it takes for voice. */
  constructor(hears = isVoiced) {
    super({ updateInterval: frameMs });
    this.hears = hears;
  }

  stream() {
    return new FakeVADStream(this);
  }
}

class FakeVADStream extends VADStream {
  label = 'bench.fake-vad-stream';
  #vad;

  constructor(vad) {
    super(vad);
    this.#vad = vad;
    void this.#detect();
  }

  async #detect() {
    let speechMs = 0;
    let silenceMs = 0;
    let samplesIndex = 0;
    for (;;) {
      const { done, value: frame } = await this.inputReader.read();
      if (done) return;
      if (frame === VADStream.FLUSH_SENTINEL) continue;
      this.#vad.framesHeard += 1;
      samplesIndex += frame.samplesPerChannel;
      const voiced = this.#vad.hears(frame);
      const wasSpeech = speechMs > 0;
      // Rooms give it frames of 10 ms.
      const lengthMs = (1000 * frame.samplesPerChannel) / frame.sampleRate;
      speechMs = voiced ? speechMs + lengthMs : 0;
      silenceMs = voiced ? 0 : silenceMs + lengthMs;
      const event = (type) => ({
        type,
        samplesIndex,
        timestamp: Date.now(),
        speechDuration: speechMs,
        silenceDuration: silenceMs,
        rawAccumulatedSpeech: speechMs,
        rawAccumulatedSilence: silenceMs,
        frames: [frame],
        probability: voiced ? 1 : 0,
        inferenceDuration: 0,
        speaking: voiced,
      });
      this.sendVADEvent(event(VADEventType.INFERENCE_DONE));
      if (voiced && !wasSpeech) this.sendVADEvent(event(VADEventType.START_OF_SPEECH));
      if (!voiced && wasSpeech) this.sendVADEvent(event(VADEventType.END_OF_SPEECH));
    }
  }
}

/** A streaming STT that answers on the first silent frame after voice with the final transcript of what was said. */
export class FakeSTT extends stt.STT {
  label = 'bench.fake-stt';

  /** @param {(frame: AudioFrame) => boolean} hears What it takes for voice. */
  constructor(hears = isVoiced) {
    super({ streaming: true, interimResults: false });
    this.hears = hears;
  }

  async _recognize() {
    throw new Error('the fake STT takes streams only');
  }

  stream() {
    return new FakeSpeechStream(this, this.hears);
  }
}

class FakeSpeechStream extends stt.SpeechStream {
  label = 'bench.fake-stt-stream';
  #hears;

  constructor(model, hears) {
    super(model);
    this.#hears = hears;
  }

  async run() {
    let isSpeech = false;
    for await (const frame of this.input) {
      if (frame === stt.SpeechStream.FLUSH_SENTINEL) continue;
      const wasSpeech = isSpeech;
      isSpeech = this.#hears(frame);
      if (isSpeech || !wasSpeech) continue;
      const said = { language: 'en', text: 'What time do you open?', startTime: 0, endTime: 0, confidence: 1 };
      this.queue.put({ type: stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives: [said] });
    }
  }
}

/** An LLM that gives the same text at once, whatever it is asked. */
export class FakeLLM extends llm.LLM {
  #text;

  constructor(text) {
    super();
    this.#text = text;
  }

  label() {
    return 'bench.fake-llm';
  }

  chat({ chatCtx, toolCtx, connOptions }) {
    return new FakeLLMStream(this, { chatCtx, toolCtx, connOptions, text: this.#text });
  }
}

class FakeLLMStream extends llm.LLMStream {
  #text;

  constructor(model, { text, ...request }) {
    super(model, request);
    this.#text = text;
  }

  async run() {
    this.queue.put({ id: 'bench', delta: { role: 'assistant', content: this.#text } });
  }
}

/** A TTS that speaks each sentence at once, at a fixed length. */
export class FakeTTS extends tts.TTS {
  label = 'bench.fake-tts';
  voice;

  /** @param {{ readonly framesPerSegment: number, readonly ownsFrames?: boolean }} voice */
  constructor(voice) {
    super(agentSampleRate, 1, { streaming: true });
    this.voice = voice;
  }

  synthesize() {
    throw new Error('the fake TTS takes streams only');
  }

  stream() {
    return new FakeSynthesizeStream(this);
  }
}

class FakeSynthesizeStream extends tts.SynthesizeStream {
  label = 'bench.fake-tts-stream';
  #voice;

  constructor(model) {
    super(model);
    this.#voice = model.voice;
  }

  async run() {
    let text = '';
    for await (const part of this.input) {
      if (part === tts.SynthesizeStream.FLUSH_SENTINEL) continue;
      text += part;
      for (let end = sentenceEnd(text); end > 0; end = sentenceEnd(text)) {
        text = text.slice(end);
        this.#speak();
      }
    }
    if (text.trim() !== '') this.#speak();
    this.queue.put(tts.SynthesizeStream.END_OF_STREAM);
  }

  #speak() {
    const { framesPerSegment, ownsFrames = false } = this.#voice;
    for (let index = 0; index < framesPerSegment; index += 1) {
      const data = ownsFrames ? new Int16Array(voice) : voice;
      const frame = new AudioFrame(data, agentSampleRate, 1, data.length);
      this.queue.put({ requestId: 'bench', segmentId: 'bench', frame, final: index === framesPerSegment - 1 });
    }
  }
}

/** Where the first whole sentence ends, or 0. @param {string} text */
function sentenceEnd(text) {
  const found = /[.!?](\s+|$)/.exec(text);
  return found === null ? 0 : found.index + found[0].length;
}
