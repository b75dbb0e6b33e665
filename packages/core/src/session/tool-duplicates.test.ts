import { expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import { createDeferred } from '../stream/deferred.js';
import { scenario } from '../testing/scenario.js';
import type { ToolMarks } from '../provider/tool-marks.js';

const parameters = {
  type: 'object',
  properties: { day: { type: 'string' }, guests: { type: 'integer', default: 2 } },
} as const;

const monday = '{"day":"Monday"}';
const twin = 'book is already running with the same arguments.';
const interrupted = 'error: The call was interrupted before it was finished.';

interface Twins {
  readonly marks: ToolMarks;
  readonly second?: string;
  /** The tool that is called second. */
  readonly name?: string;
}

/** Two calls in one reply; the reply is interrupted while their tools still run, so that only what was answered at once has an answer. */
async function twins({ marks, second = monday, name = 'book' }: Twins): Promise<{ outputs: string[]; runs: string[] }> {
  const gate = createDeferred<void>();
  const runs: string[] = [];
  const booking = tool({
    description: '',
    parameters,
    ...marks,
    execute: async (args) => {
      runs.push(JSON.stringify(args));
      await gate.promise;
      return 'booked';
    },
  });
  const toolCalls = [
    { name: 'book', argumentsJson: monday },
    { name, argumentsJson: second },
  ];
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
    llm: [{ input: 'hello', toolCalls }],
    tools: { book: booking, other: booking },
    at: { 4000: (session) => session.interrupt(), 5000: () => gate.resolve() },
    durationMs: 6000,
  });
  return { outputs: result.history.filter((line) => /^(output|error)/.test(line)), runs };
}

const run = '{"day":"Monday","guests":2}';

test('S087: allow runs both', async () => {
  expect(await twins({ marks: {} })).toEqual({ runs: [run, run], outputs: [interrupted, interrupted] });
});

test('S087: reject answers that it is already running', async () => {
  const { runs, outputs } = await twins({ marks: { onDuplicate: 'reject' } });
  expect([runs, outputs]).toEqual([[run], [interrupted, `output: ${twin} Its result will follow.`]]);
});

test('S087: confirm asks first', async () => {
  const { runs, outputs } = await twins({ marks: { onDuplicate: 'confirm' } });
  const asked = `output: ${twin} Call it again with confirm_duplicate set to true only if a second run is really wanted.`;
  expect([runs, outputs]).toEqual([[run], [interrupted, asked]]);
});

test('S087: confirm runs both once it is confirmed, and the tool is not told of it', async () => {
  const second = '{"day":"Monday","confirm_duplicate":true}';
  expect((await twins({ marks: { onDuplicate: 'confirm' }, second })).runs).toEqual([run, run]);
});

test('S087: replace cancels the first and runs the second', async () => {
  const { runs, outputs } = await twins({ marks: { onDuplicate: 'replace' } });
  expect([runs, outputs]).toEqual([
    [run, run],
    ['error: The call was cancelled before it was finished.', interrupted],
  ]);
});

test('S087: replace leaves one that is not cancellable, and refuses the second', async () => {
  const { runs, outputs } = await twins({ marks: { onDuplicate: 'replace', uninterruptible: true } });
  expect([runs, outputs]).toEqual([[run], ['output: booked', `error: ${twin} It is not cancellable: wait for its result.`]]);
});

test.each([
  ['another order and a default written out', '{"guests":2.0,"day":"Monday"}', 1],
  ['other arguments', '{"day":"Monday","guests":3}', 2],
])('S087: scope: %s', async (_what, second, count) => {
  expect((await twins({ marks: { onDuplicate: 'reject' }, second })).runs).toHaveLength(count);
});

test('S087: scope: another tool is no twin', async () => {
  expect((await twins({ marks: { onDuplicate: 'reject' }, name: 'other' })).runs).toHaveLength(2);
});

test('S087: a call that was released still runs, and a call of a later turn is its twin', async () => {
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 2500, text: 'hello' },
      { startMs: 5000, endMs: 6000, text: 'again' },
    ],
    llm: [
      { input: 'hello', toolCalls: [{ name: 'book' }] },
      { input: 'Started.\n(Still running. The result will follow; do not guess it.)' },
      { input: 'again', toolCalls: [{ name: 'book' }] },
      { input: `${twin} Its result will follow.` },
    ],
    tools: { book: tool({ description: '', background: true, onDuplicate: 'reject', execute: () => new Promise(() => {}) }) },
    durationMs: 8000,
  });
  expect(result.history.at(-1)).toBe(`output: ${twin} Its result will follow.`);
});
