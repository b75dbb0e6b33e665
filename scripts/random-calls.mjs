// @ts-check
// Plays random calls by the hundred thousand, in chunks with a seed of their own, and tells of each chunk: `npm run random -- --calls 1000000`.
// A chunk that failed shows the smallest call that does; `PARLEY_RANDOM_SEED=SEED PARLEY_RANDOM_CALLS=CHUNK` has the test play it again.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100000' },
    chunk: { type: 'string', default: '20000' },
    processes: { type: 'string', default: '2' },
    'first-seed': { type: 'string', default: '1' },
  },
});
const chunk = Number(values.chunk);
const chunks = Math.ceil(Number(values.calls) / chunk);
const player = fileURLToPath(new URL('./random-calls/play-chunk.ts', import.meta.url));
// Code as wide as this is seldom hot: what is compiled at once and collected seldom runs a tenth faster.
const execArgv = ['--import', 'tsx', '--always-sparkplug', '--max-semi-space-size=64'];

let next = 0;
let played = 0;
let failed = 0;

/** @param {number} seed @returns {Promise<import('./random-calls/play-chunk.ts').ChunkResult>} */
const playChunk = (seed) =>
  new Promise((resolve) => {
    const child = fork(player, [String(seed), String(chunk)], { execArgv });
    /** @type {import('./random-calls/play-chunk.ts').ChunkResult} */
    let result = { seed, calls: 0, failure: 'the process ended without a word' };
    child.on('message', (/** @type {typeof result} */ message) => {
      result = message;
    });
    child.on('exit', () => resolve(result));
  });

async function playNext() {
  while (next < chunks) {
    const seed = Number(values['first-seed']) + next;
    next += 1;
    const startedAt = Date.now();
    const { calls, failure } = await playChunk(seed);
    played += calls;
    if (failure !== undefined) failed += 1;
    const rate = (calls * 1000) / (Date.now() - startedAt);
    console.log(
      `${new Date().toISOString()} seed ${seed}: ${failure ?? 'held'}; ${calls} calls, ${rate.toFixed(0)} a second; ${played} in all`,
    );
  }
}

await Promise.all(Array.from({ length: Number(values.processes) }, playNext));
console.log(`${played} calls, ${chunks} chunks, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
