// Makes caller.wav, the recorded caller of the demo, from caller-script.ts. Same text, same bytes: npm run make-caller
import { writeFile } from 'node:fs/promises';
import { realClock } from '@parley/core/provider-kit';
import type { TTS } from '@parley/core/provider';
import { createFliteTTS } from '@parley/local';
import { callerDurationMs, callerScript } from './caller-script.js';
import { wavFile } from './wav-file.js';

const sampleRate = 16_000;
/** Another voice than the agent's. */
const voice = 'slt';

async function main(): Promise<void> {
  const tts = createFliteTTS({ voice });
  try {
    const recording = new Int16Array((callerDurationMs * sampleRate) / 1000);
    for (const { atMs, text } of callerScript) {
      const spoken = await speak(tts, text);
      recording.set(spoken, (atMs * sampleRate) / 1000);
      process.stdout.write(`${(atMs / 1000).toFixed(1)} s to ${(atMs / 1000 + spoken.length / sampleRate).toFixed(1)} s: ${text}\n`);
    }
    await writeFile(new URL('../caller.wav', import.meta.url), wavFile(recording, sampleRate));
  } finally {
    await tts.close?.();
  }
}

async function speak(tts: TTS, text: string): Promise<Int16Array> {
  const stream = tts.synthesize({
    text: segment(text),
    sampleRate,
    signal: new AbortController().signal,
    clock: realClock,
    logger: { log: () => {} },
    sessionId: 'make-caller',
    callId: 'make-caller',
  });
  const samples: number[] = [];
  for await (const event of stream) if (event.type === 'audio') samples.push(...event.frame.samples);
  return Int16Array.from(samples);
}

async function* segment(text: string) {
  yield { type: 'text', segmentId: 'line', text } as const;
  yield { type: 'flush', segmentId: 'line' } as const;
}

await main();
