// Makes caller.wav, the recorded caller of the demo, from caller-script.ts. Same text, same bytes: npm run make-caller
import { writeFile } from 'node:fs/promises';
import { realClock } from '@parley/core/provider-kit';
import type { TTS } from '@parley/core/provider';
import { createFliteTTS } from '@parley/local';
import { callerDurationMs, callerScript } from './caller-script.js';

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
    await writeFile(
      new URL('../caller.wav', import.meta.url),
      Buffer.concat([wavHeader(recording.byteLength), Buffer.from(recording.buffer)]),
    );
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

/** Mono, 16-bit PCM. The format is that of "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991). */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

await main();
