// Run by a test: closes the model's thread again and again in the midst of a run.
import { createModelRow, loadWindow } from '../model-row.js';
import { windowSamples } from '../model-shape.js';
import { ModelWorker } from '../model-worker.js';

const rounds = 60;
const samples = new Int16Array(windowSamples(16_000)).fill(100);

async function main(): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const worker = new ModelWorker();
    await worker.ready;
    const running = Array.from({ length: 4 }, () => {
      const row = createModelRow(16_000);
      loadWindow(row, samples);
      return worker.infer(row);
    });
    const settled = Promise.allSettled(running);
    // The run begins within these: each round closes at another moment of it.
    for (let turn = 0; turn < round % 6; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    await worker.close();
    await settled;
  }
  process.stdout.write('closed\n');
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
