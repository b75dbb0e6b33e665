import type { LLMHeard, LLMStep, Play, STTHeard, STTStep, TTSHeard, TTSStep } from '@parley/conformance/wire';

/**
 * Recognises what the caller says without listening: each time it is told to finalise, that was the next of these texts. Once, in the midst
 * of the second utterance, its connection breaks.
 */
export function scriptedRecogniser(texts: readonly string[], brokenAfterMs: number): Play<STTHeard, STTStep> {
  let next = 0;
  let hasBroken = false;
  return async (call) => {
    let sampleRate = 16_000;
    let samples = 0;
    let sinceFinalMs = 0;
    for await (const input of call.heard) {
      if (input.type === 'settings') ({ sampleRate } = input);
      if (input.type === 'end') return call.send({ type: 'done' });
      if (input.type === 'audio') {
        samples += input.samples.length;
        sinceFinalMs += (input.samples.length / sampleRate) * 1000;
      }
      if (next === 1 && !hasBroken && sinceFinalMs >= brokenAfterMs) {
        hasBroken = true;
        return call.connection.type === 'websocket' ? call.connection.destroy() : undefined;
      }
      if (input.type !== 'flush') continue;
      const endMs = (samples / sampleRate) * 1000;
      const text = texts[next] ?? '';
      next += 1;
      await call.send({ type: 'final', flushed: true, text, startMs: Math.max(0, endMs - sinceFinalMs), endMs, words: [] });
      sinceFinalMs = 0;
    }
    return undefined;
  };
}

const finish = (reason: 'stop' | 'tool-calls'): LLMStep => ({ type: 'finish', reason, inputTokens: 100, outputTokens: 10 });

/** Answers by the last message: a tool's output is said as it is. Once it fails with a status before it answers. */
export function scriptedWriter(
  calls: Readonly<Record<string, Extract<LLMStep, { readonly type: 'tool-call' }>>>,
  failsAt: string,
): Play<LLMHeard, LLMStep> {
  let hasFailed = false;
  return async (call) => {
    for await (const { messages } of call.heard) {
      const last = messages.at(-1);
      if (last?.text === failsAt && !hasFailed && call.connection.type === 'http') {
        hasFailed = true;
        call.connection.respond(503, { 'content-type': 'application/json' });
        return call.connection.end();
      }
      const asked = last?.role === 'user' ? calls[last.text] : undefined;
      await call.send(asked ?? { type: 'text', text: last?.text ?? '' });
      await call.send(finish(asked === undefined ? 'stop' : 'tool-calls'));
    }
  };
}

/** A tone of 600 ms for each segment. Once, in the midst of the segment that says this, its connection breaks. */
export function scriptedSpeaker(breaksAt: string): Play<TTSHeard, TTSStep> {
  let hasBroken = false;
  return async (call) => {
    let sampleRate = 24_000;
    let text = '';
    for await (const input of call.heard) {
      if (input.type === 'settings') ({ sampleRate } = input);
      if (input.type === 'text') text += input.text;
      if (input.type !== 'flush') continue;
      const breaks = !hasBroken && text.includes(breaksAt);
      await call.send({ type: 'audio', samples: tone(sampleRate, breaks ? 200 : 600) });
      if (breaks) {
        hasBroken = true;
        call.connection.destroy();
        return;
      }
      await call.send({ type: 'segment-end' });
      text = '';
    }
  };
}

const tone = (sampleRate: number, durationMs: number): Int16Array =>
  Int16Array.from({ length: (sampleRate * durationMs) / 1000 }, (_, index) => 8000 * Math.sin((index * 2 * Math.PI * 300) / sampleRate));
