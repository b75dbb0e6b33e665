import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { APIConnectionError, APIError, APIStatusError, APITimeoutError } from '../provider/api-error.js';
import { AbortError } from '../stream/abort-error.js';
import { createDeferred } from '../stream/deferred.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { executeTool, internalErrorText, type ToolOutcome } from './execute-tool.js';
import { parseArguments } from './parse-arguments.js';
import type { ToolMarks } from '../provider/tool-marks.js';
import { defineTool } from './tool.js';
import type { ToolSchema } from './standard-schema.js';
import { StopResponse, ToolError } from './tool-errors.js';
import { ToolFailure } from './tool-failure.js';

interface Setting {
  readonly execute: (args: unknown, context: string) => unknown;
  readonly argumentsJson?: string;
  readonly parameters?: ToolSchema;
  readonly marks?: ToolMarks;
}

function setUp({ execute, argumentsJson = '{}', parameters, marks = {} }: Setting) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const { signal } = controller;
  const tool = defineTool<ToolSchema | undefined, string>({ name: 'look_up', description: 'Looks it up.', parameters, execute, ...marks });
  const running = () => executeTool({ tool, args: parseArguments(tool, argumentsJson), context: 'the context', signal, clock });
  return { clock, controller, running, run: (): Promise<ToolOutcome> => clock.runUntil(running()) };
}

const run = (setting: Setting): Promise<ToolOutcome> => setUp(setting).run();
const throwing = (error: unknown) => () => {
  throw error;
};
const interrupted = { output: 'The call was interrupted before it was finished.', isError: true, replyRequired: false };

describe('a result', () => {
  test.each([
    ['text as it is', 'sunny', 'sunny'],
    ['anything else as JSON', { degrees: 21 }, '{"degrees":21}'],
    ['a number', 7, '7'],
    ['false', false, 'false'],
    ['nothing at all', undefined, ''],
    ['null', null, ''],
    ['a promise of it', Promise.resolve('later'), 'later'],
  ])('is told to the model: %s', async (_what, value, output) => {
    expect(await run({ execute: () => value })).toMatchObject({ output, isError: false, replyRequired: true });
  });

  test('that is an error counts as thrown', async () => {
    expect(await run({ execute: () => new ToolError('no table') })).toMatchObject({ output: 'no table', isError: true });
    expect(await run({ execute: () => new Error('secret') })).toMatchObject({ output: internalErrorText, isError: true });
    expect(await run({ execute: () => new StopResponse() })).toMatchObject({ output: '', isError: false, replyRequired: false });
  });

  test('that says how it is written as JSON is written so', async () => {
    const list = { toJSON: () => ['a'], [Symbol.iterator]: () => [].values() };
    expect(await run({ execute: () => ({ list, at: new Date(0) }) })).toMatchObject({
      output: '{"list":["a"],"at":"1970-01-01T00:00:00.000Z"}',
    });
  });

  test('is kept as it is beside its text', async () => {
    const value = { degrees: 21 };
    expect((await run({ execute: () => value })).value).toBe(value);
  });

  test('that is an agent is for the session, even if it cannot be told as JSON', async () => {
    const agent: Record<string | symbol, unknown> = { [Symbol.for('parley.agent')]: true };
    agent['self'] = agent;
    expect(await run({ execute: () => agent })).toEqual({ output: '', isError: false, replyRequired: true, value: agent });
  });

  test.each([
    ['a circle', circle()],
    ['a bigint', 7n],
    ['a map', new Map([['degrees', 21]])],
    ['a set within', { days: new Set(['Monday']) }],
    ['bytes', new Uint8Array(3)],
    ['an error within', { error: new Error('secret') }],
    ['a promise within', { later: Promise.resolve(1) }],
    ['a stream', (async function* () {})()],
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['two agents', [{ [Symbol.for('parley.agent')]: true }, { [Symbol.for('parley.agent')]: true }]],
  ])('that cannot be told is an internal error, with the reason for the log: %s', async (_what, value) => {
    const outcome = await run({ execute: () => value });
    expect(outcome).toMatchObject({ output: internalErrorText, isError: true, replyRequired: true, error: expect.any(ToolFailure) });
  });
});

function circle(): object {
  const made: Record<string, unknown> = {};
  made['self'] = made;
  return made;
}

describe('arguments', () => {
  const echo = { execute: (args: unknown, context: string) => JSON.stringify([args, context]), parameters: { type: 'object' } };

  test.each([
    ['{"day":"Monday"}', { day: 'Monday' }],
    ['{}', {}],
    ['', {}],
    [' \n', {}],
    ['null', {}],
  ])('%j are read, and passed on with the context', async (argumentsJson, args) => {
    expect((await run({ ...echo, argumentsJson })).output).toBe(JSON.stringify([args, 'the context']));
  });

  test.each([
    ['{"day":', 'The arguments of look_up are not valid JSON. Call it again with a JSON object.'],
    ['[1]', 'The arguments of look_up must be a JSON object.'],
    ['"Monday"', 'The arguments of look_up must be a JSON object.'],
    ['7', 'The arguments of look_up must be a JSON object.'],
  ])('%s are answered so that the model can do better', async (argumentsJson, output) => {
    let hasRun = false;
    const outcome = await run({ execute: () => (hasRun = true), parameters: { type: 'object' }, argumentsJson });
    expect([outcome, hasRun]).toEqual([{ output, isError: true, replyRequired: true }, false]);
  });

  test('that the schema refuses are named, field by field', async () => {
    const parameters = z.object({ day: z.string({ error: 'a day of the week' }), guests: z.number({ error: 'how many' }) });
    const { output, isError } = await run({ execute: () => 'never', parameters, argumentsJson: '{"day":7}' });
    expect([output, isError]).toEqual(['The arguments of look_up are wrong: day: a day of the week; guests: how many.', true]);
  });

  test('reach the tool as the schema made them', async () => {
    const parameters = z.object({ guests: z.number().default(2) });
    expect((await run({ execute: (args) => args, parameters })).output).toBe('{"guests":2}');
  });

  test('that the schema itself fails on are an internal error', async () => {
    const broken = new Error('broken schema');
    const parameters = z.object({}).refine(throwing(broken));
    expect(await run({ execute: () => 'never', parameters })).toMatchObject({ output: internalErrorText, error: broken });
  });
});

describe('an error', () => {
  test('that was not meant for the model tells it nothing', async () => {
    const error = new Error('password of the database is 1234');
    expect(await run({ execute: throwing(error) })).toEqual({ output: internalErrorText, isError: true, replyRequired: true, error });
  });

  test('that is no error is one all the same', async () => {
    expect(await run({ execute: throwing('text') })).toMatchObject({ output: internalErrorText, error: 'text' });
    expect(await run({ execute: throwing(undefined) })).toMatchObject({ output: internalErrorText, error: expect.any(Error) });
  });

  test('that was is passed on', async () => {
    expect(await run({ execute: throwing(new ToolError('no such city')) })).toEqual({
      output: 'no such city',
      isError: true,
      replyRequired: true,
    });
  });

  test('of another installed copy is recognised', async () => {
    const foreign = Object.assign(new Error('no such city'), { [Symbol.for('parley.error.tool')]: true });
    const stop = Object.assign(new Error('stop'), { [Symbol.for('parley.error.stop-response')]: true });
    expect((await run({ execute: throwing(foreign) })).output).toBe('no such city');
    expect((await run({ execute: throwing(stop) })).replyRequired).toBe(false);
  });

  test('that asks for no reply gets none', async () => {
    expect(await run({ execute: throwing(new StopResponse()) })).toEqual({ output: '', isError: false, replyRequired: false });
  });
});

describe('a further try', () => {
  const network = (code: string) => Object.assign(new Error('network'), { code });

  /** When the tool was tried, if it always fails like this. */
  async function triesAtMs(error: unknown, marks: ToolMarks = {}): Promise<number[]> {
    const tries: number[] = [];
    const { clock, run: play } = setUp({
      marks,
      execute: () => {
        tries.push(clock.now());
        throw error;
      },
    });
    await play();
    clock.assertIdle();
    return tries;
  }

  test.each([
    ['a connection error', new APIConnectionError('lost', { provider: 'acme' })],
    ['a timeout', new APITimeoutError('slow', { provider: 'acme' })],
    ['a network code of Node', network('ECONNRESET')],
    ['a failed fetch', new TypeError('fetch failed', { cause: network('ECONNREFUSED') })],
    ['a network code with a cause of another kind', Object.assign(network('EPIPE'), { cause: new Error('deeper') })],
  ])('comes 100 and 500 ms after %s, and no more', async (_what, error) => {
    expect(await triesAtMs(error)).toEqual([0, 100, 600]);
  });

  test.each([
    ['an error of the tool’s own', new Error('bug')],
    ['a ToolError', new ToolError('no such city')],
    ['a StopResponse', new StopResponse()],
    ['an abort', new AbortError()],
    ['a status', new APIStatusError('busy', { provider: 'acme', status: 503 })],
    ['a refusal', new APIError('no', { kind: 'invalid-request', provider: 'acme', retryable: false })],
    ['a connection error that says it is no use', new APIConnectionError('no such host', { provider: 'acme', retryable: false })],
    ['another code', network('ENOENT')],
    ['something that is no error', 'ECONNRESET'],
    ['nothing', undefined],
  ])('does not come after %s', async (_what, error) => {
    expect(await triesAtMs(error)).toEqual([0]);
  });

  test.each([
    ['irreversible', { irreversible: true }],
    ['irreversible, whatever it says of retries', { irreversible: true, autoRetry: true }],
    ['not to be tried again', { autoRetry: false }],
  ])('does not come for a tool that is %s', async (_what, marks) => {
    expect(await triesAtMs(new APIConnectionError('lost', { provider: 'acme' }), marks)).toEqual([0]);
  });

  test('that works is the outcome', async () => {
    let tries = 0;
    const { clock, run: play } = setUp({
      execute: () => {
        tries += 1;
        if (tries < 3) throw network('ETIMEDOUT');
        return 'sunny';
      },
    });
    expect([(await play()).output, clock.now()]).toEqual(['sunny', 600]);
  });

  test('that fails for another reason ends it', async () => {
    const errors = [network('ETIMEDOUT'), new ToolError('no such city')];
    expect(await run({ execute: () => throwing(errors.shift())() })).toMatchObject({ output: 'no such city' });
  });
});

describe('an abort', () => {
  test('before it begins keeps the tool from running', async () => {
    let hasRun = false;
    const { controller, run: play } = setUp({ execute: () => (hasRun = true) });
    controller.abort(new AbortError());
    expect([await play(), hasRun]).toEqual([interrupted, false]);
  });

  test('while the arguments are checked keeps the tool from running', async () => {
    let hasRun = false;
    const checking = createDeferred<boolean>();
    const { controller, running } = setUp({ execute: () => (hasRun = true), parameters: z.object({}).refine(() => checking.promise) });
    const outcome = running();
    controller.abort(new AbortError());
    checking.resolve(true);
    expect([await outcome, hasRun]).toEqual([interrupted, false]);
  });

  test.each([
    ['the abort', new AbortError()],
    ['an error of its own', new Error('gave up')],
    ['what the model would read', new ToolError('gave up')],
  ])('that the tool answers by throwing %s is no error to report, and wants no reply', async (_what, error) => {
    const { controller, clock, running } = setUp({
      execute: () =>
        new Promise((_resolve, reject) => {
          controller.signal.addEventListener('abort', () => reject(error));
        }),
    });
    const outcome = running();
    clock.after(50, () => controller.abort(new AbortError()));
    expect(await clock.runUntil(outcome)).toEqual(interrupted);
  });

  test('ends the wait for a further try, and leaves no timer or listener', async () => {
    let tries = 0;
    const { controller, clock, running } = setUp({
      execute: () => {
        tries += 1;
        throw new APIConnectionError('lost', { provider: 'acme' });
      },
    });
    const outcome = running();
    clock.after(50, () => controller.abort(new AbortError()));
    expect(await clock.runUntil(outcome)).toEqual(interrupted);
    expect([tries, clock.now(), getEventListeners(controller.signal, 'abort')]).toEqual([1, 50, []]);
    clock.assertIdle();
  });

  test('does not take away what a tool has done all the same', async () => {
    const { controller, run: play } = setUp({
      execute: () => {
        controller.abort(new AbortError());
        return 'booked';
      },
    });
    expect(await play()).toMatchObject({ output: 'booked', isError: false });
  });
});
