import type { LLM, LLMEvent } from '@parley/core/provider';
import { callStream } from '@parley/core/provider-kit';
import { expect, test } from 'vitest';
import { llmRequest } from './__fixtures__/llm-request.js';
import type { Rule } from '../rules/rule.js';
import { mustEqual } from '../rules/violation.js';
import { createSubject } from '../subject/create-subject.js';
import { runRules } from './run-rules.js';

const echo = (): LLM => ({
  specificationVersion: 1,
  kind: 'llm',
  provider: 'echo',
  model: 'one',
  capabilities: { tools: false, parallelToolCalls: false, images: false, audio: false, structuredOutput: false },
  generate: (request) =>
    callStream(request, async function* (): AsyncGenerator<LLMEvent> {
      yield { type: 'text-delta', text: 'hello' };
      await new Promise<void>((resolve) => request.clock.after(60_000, resolve));
      yield { type: 'finish', reason: 'stop' };
    }),
});
const subject = () => createSubject({ kind: 'llm', create: echo });
const rule = (more: Partial<Rule<'llm'>>): Rule<'llm'> => ({
  id: 'LLM-2.1',
  title: 'It holds.',
  why: 'Because.',
  since: '1.0',
  prove: async () => {},
  ...more,
});
const outcomes = async (...rules: Rule<'llm'>[]) =>
  (await runRules({ subject: await subject(), rules })).map(({ rule: _rule, durationMs: _durationMs, ...outcome }) => outcome);

test('each rule comes to a verdict, whatever the one before it came to', async () => {
  const verdicts = await outcomes(
    rule({}),
    rule({ prove: async () => mustEqual(1, 2, 'the count') }),
    rule({ leftOut: () => 'no wire' }),
    rule({
      prove: async () => {
        throw new TypeError('a slip of the kit');
      },
    }),
  );
  expect(verdicts).toEqual([
    { outcome: 'passed' },
    { outcome: 'failed', message: 'the count: expected 2, got 1' },
    { outcome: 'left-out', reason: 'no wire' },
    { outcome: 'kit-fault', message: expect.stringContaining('a slip of the kit') },
  ]);
});

test('what the code of a plugin throws is its own fault, and so is what is no error, no stream or no event', async () => {
  const thrown = new TypeError('generate is not ready');
  thrown.stack = `TypeError: generate is not ready\n    at Object.generate (file:///elsewhere/dist/index.js:3:9)\n    at node:internal/x:1:1`;
  const prove = (value: unknown) => rule({ prove: () => Promise.reject(value) });
  const noStream: AsyncIterable<unknown> = JSON.parse('[]');
  const ofNulls = async function* (): AsyncGenerator<unknown> {
    yield null;
  };
  const verdicts = await outcomes(
    prove(thrown),
    prove(undefined),
    rule({ prove: async (trial) => void (await trial.settled('the end', trial.read(noStream).all())) }),
    rule({ prove: async (trial) => void (await trial.settled('the end', trial.read(ofNulls()).all())) }),
  );
  expect(verdicts).toEqual([
    { outcome: 'failed', message: 'the plugin threw TypeError: generate is not ready' },
    { outcome: 'failed', message: 'the plugin threw undefined' },
    { outcome: 'failed', message: 'the call must give a stream (an AsyncIterable), and gave []' },
    { outcome: 'failed', message: 'the stream gave null, which is no event' },
  ]);
});

test('a minute of the call takes no minute of the kit', async () => {
  const verdicts = await outcomes(
    rule({
      async prove(trial) {
        const llm = await trial.create();
        const reading = trial.read(llm.generate(llmRequest(trial.call().options)));
        await trial.settlesWithin('the end', reading.end, 60_000);
        mustEqual(trial.clock.now(), 60_000, 'the time');
        mustEqual(reading.events.length, 2, 'the events');
      },
    }),
  );
  expect(verdicts).toEqual([{ outcome: 'passed' }]);
});

test('what never comes is a violation, and a rule that hangs has failed', async () => {
  const verdicts = await outcomes(
    rule({ prove: async (trial) => void (await trial.settled('the answer', new Promise(() => {}), 50)) }),
    rule({ prove: () => new Promise(() => {}), deadlineMs: 50 }),
  );
  expect(verdicts).toEqual([
    { outcome: 'failed', message: 'the answer: nothing came of it within 50 ms of real time' },
    { outcome: 'failed', message: 'the plugin kept the kit waiting: no verdict within 50 ms' },
  ]);
});

test('what an instance or a call leaves open is told', async () => {
  const verdicts = await outcomes(
    rule({
      async prove(trial) {
        trial.clock.after(1000, () => {});
        await trial.nothingLeftOpen();
      },
    }),
  );
  expect(verdicts).toEqual([{ outcome: 'failed', message: '1 timer(s) are left on the clock that the calls were given' }]);
});

test('what a rule measured stands with its verdict, kept or not', async () => {
  const measuring = (isKept: boolean) =>
    rule({
      async prove(trial) {
        trial.measured({ addedP50Ms: 9 });
        trial.measured({ addedP50Ms: 1.5, addedP99Ms: 4 });
        mustEqual(isKept, true, 'the delay');
      },
    });
  const figures = { addedP50Ms: 1.5, addedP99Ms: 4 };
  expect(await outcomes(measuring(true), measuring(false))).toEqual([
    { outcome: 'passed', figures },
    { outcome: 'failed', message: 'the delay: expected true, got false', figures },
  ]);
});

test('what the kit itself waits with is nothing that a plugin left', async () => {
  const verdicts = await outcomes(rule({ prove: (trial) => trial.nothingLeftOpen() }));
  expect(verdicts).toEqual([{ outcome: 'passed' }]);
});
