// Run by a test: a program that uses the VAD, closes nothing, and must end all the same.
import { realClock } from '@parley/core/provider-kit';
import { createSilero } from '../index.js';
import { noise } from './speech.js';
import { hear } from './vad-call.js';

async function main(): Promise<void> {
  const events = await hear(createSilero(), { sampleRate: 16_000, samples: noise(16_000, 1) });
  await createSilero().prewarm?.({ signal: new AbortController().signal, clock: realClock });
  process.stdout.write(`${events.length} events\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
