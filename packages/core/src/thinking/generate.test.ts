import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import { APIConnectionError, APIError, APIStatusError, isAPIError } from '../provider/api-error.js';
import type { LLMEvent, LLMRequest } from '../provider/llm.js';
import { AbortError } from '../stream/abort-error.js';
import { type ConnectOptions, defaultConnectOptions } from '../stream/connect-options.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { generate, type Generation } from './generate.js';

/** An attempt of the fake LLM: waits so many milliseconds, gives an event, or fails. */
type Attempt = readonly (number | LLMEvent | Error)[];

const text = (words: string): LLMEvent => ({ type: 'text-delta', text: words });
const toolCall: LLMEvent = { type: 'tool-call', callId: 'call-1', name: 'look_up', argumentsJson: '{}' };
const opaque = (mark: string): LLMEvent => ({ type: 'opaque', providerMetadata: { fake: { mark } } });
const usage: LLMEvent = { type: 'usage', usage: { outputTokens: 1 } };
const metadata: LLMEvent = { type: 'response-metadata', requestId: 'request-1' };
const finish: LLMEvent = { type: 'finish', reason: 'stop' };
const forever = 1_000_000;
const lost = new APIConnectionError('the connection was lost', { provider: 'fake' });

/** Events as they are not. */
function wild(value: unknown): LLMEvent;
function wild(value: unknown): unknown {
  return value;
}

interface Setting {
  readonly attempts: readonly Attempt[];
  readonly connect?: Partial<ConnectOptions>;
  /** In place of the fake LLM. */
  readonly start?: (request: LLMRequest) => AsyncIterable<LLMEvent>;
}

/** A generation with a fake LLM, and an account of it: when each attempt began, what was reported, what was given. */
function setUp({ attempts, connect = {}, start }: Setting) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  let begun = 0;
  const fake = (request: LLMRequest): AsyncIterable<LLMEvent> =>
    callStream(request, async function* () {
      note('attempt');
      const steps = attempts[begun] ?? [];
      begun += 1;
      for (const step of steps) {
        if (typeof step === 'number') await sleep(step, { clock, signal: request.signal });
        else if (step instanceof Error) throw step;
        else yield step;
      }
    });
  const request: LLMRequest = {
    signal: controller.signal,
    clock,
    logger: { log: () => {} },
    sessionId: 'session-1',
    callId: 'call-1',
    chat: [],
    tools: [],
    toolChoice: 'auto',
  };
  const generation: Generation = {
    generate: start ?? fake,
    request,
    provider: 'fake',
    connect: { ...defaultConnectOptions, ...connect },
    replyDeadlineMs: 8000,
    onRetry: (error) => note(`retry: ${messageOf(error)}`),
    onRecovered: () => note('recovered'),
    onFault: ({ message }) => note(`fault: ${message}`),
    onEvent: (event) => {
      note(inShort(event));
      return undefined;
    },
  };
  /** Has it written to its end, and puts that into the account. */
  const read = async (onEvent: Generation['onEvent'] = generation.onEvent) => {
    try {
      await generate({ ...generation, onEvent });
      note('end');
    } catch (error) {
      note(messageOf(error));
    }
  };
  return { clock, account, controller, generation, read, run: async () => clock.runUntil(read()).then(() => account) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.replace('fake: ', '') : 'no error');

function inShort(event: LLMEvent): string {
  if (event.type === 'text-delta') return event.text;
  return event.type === 'opaque' ? `opaque ${JSON.stringify(event.providerMetadata['fake']?.['mark'])}` : event.type;
}

const run = (...attempts: readonly Attempt[]): Promise<string[]> => setUp({ attempts }).run();

describe('a reply that works', () => {
  test('is passed on as it comes, and leaves nothing behind', async () => {
    const { run: play, clock, controller } = setUp({ attempts: [[metadata, 100, text('Good '), 50, text('day'), usage, finish]] });
    expect(await play()).toEqual(['0 attempt', '0 response-metadata', '100 Good ', '150 day', '150 usage', '150 finish', '150 end']);
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('may think for longer than 10 s between outputs only if it says so meanwhile', async () => {
    const reasoning: LLMEvent = { type: 'reasoning-delta', text: 'hm' };
    expect(await run([text('One '), 9000, reasoning, 9000, text('two'), finish])).toContain('18000 finish');
  });
});

describe('S152 what the model thinks aloud in its text', () => {
  const said = (account: readonly string[]): string[] => account.filter((line) => !/attempt|finish|end$|reasoning-delta/.test(line));

  test('is left out, wherever it is cut', async () => {
    expect(said(await run([text('<thi'), text('nk>let me'), text(' see</think'), 100, text('>Good '), text('day'), finish]))).toEqual([
      '100 Good ',
      '100 day',
    ]);
  });

  test('is no output: an attempt that breaks off in it is made again', async () => {
    const account = await run([text('<think>let me see'), lost], [text('hi'), finish]);
    expect(account.slice(-4)).toEqual(['100 recovered', '100 hi', '100 finish', '100 end']);
  });

  test('is left out to the end where it is never closed, and what only begins like it is text', async () => {
    expect(said(await run([text('Good day <think>hm'), finish]))).toEqual(['0 Good day ']);
    expect(said(await run([text('a <th'), finish]))).toEqual(['0 a ', '0 <th']);
  });

  test('leaves the text beside a tool call, in its order', async () => {
    expect(said(await run([text('Well <'), toolCall, text('3'), finish]))).toEqual(['0 Well ', '0 <', '0 tool-call', '0 3']);
  });
});

describe('an attempt that fails before it delivered anything', () => {
  test('is made again after 100 ms, then after 2 s', async () => {
    expect(await run([200, lost], [lost], [text('hi'), finish])).toEqual([
      '0 attempt',
      '200 retry: the connection was lost',
      '300 attempt',
      '300 retry: the connection was lost',
      '2300 attempt',
      '2300 recovered',
      '2300 hi',
      '2300 finish',
      '2300 end',
    ]);
  });

  test('is made again at most three times, and the last error is the one that is thrown', async () => {
    const failures = [1, 2, 3, 4].map((number) => new APIConnectionError(`failure ${number}`, { provider: 'fake' }));
    const account = await run(...failures.map((failure) => [failure]));
    expect(account.filter((line) => line.endsWith('attempt'))).toEqual(['0 attempt', '100 attempt', '2100 attempt', '4100 attempt']);
    expect(account.at(-1)).toBe('4100 failure 4');
  });

  test.each([
    ['it received only receipts', [metadata, usage]],
    ['it had only thought', [{ type: 'reasoning-delta', text: 'hm' } as const]],
    ['it had only given what is the provider’s own', [opaque('lost')]],
  ])('is made again though %s', async (_what, events) => {
    expect(await run([...events, lost], [text('hi'), finish])).toContain('100 hi');
  });

  test('that did not finish has failed, however quietly it ended', async () => {
    expect(await run([metadata], [text('hi'), finish])).toContain('0 retry: the reply broke off: its stream ended without a finish');
  });

  test('is not made again when the error says that it is no use', async () => {
    const refused = new APIStatusError('refused the key', { provider: 'fake', status: 401 });
    expect(await run([refused], [text('hi'), finish])).toEqual(['0 attempt', '0 refused the key']);
  });

  test('is not made again for an error that is not the provider’s', async () => {
    expect(await run([new TypeError('a bug')], [text('hi'), finish])).toEqual(['0 attempt', '0 a bug']);
  });

  test('is made again when the vendor says so, if that is later', async () => {
    const busy = new APIStatusError('too many', { provider: 'fake', status: 429, retryAfterMs: 1500 });
    expect(await run([busy], [text('hi'), finish])).toContain('1500 hi');
  });

  test('is not made again when the vendor asks for more time than there is', async () => {
    const busy = new APIStatusError('too many', { provider: 'fake', status: 429, retryAfterMs: 8000 });
    expect(await run([busy], [text('hi'), finish])).toEqual(['0 attempt', '0 too many']);
  });

  test('leaves nothing of its response behind', async () => {
    const account = await run([opaque('of the first'), lost], [opaque('of the second'), text('hi'), finish]);
    expect(account.filter((line) => !line.includes('attempt') && !line.includes('retry'))).toEqual([
      '100 recovered',
      '100 opaque "of the second"',
      '100 hi',
      '100 finish',
      '100 end',
    ]);
  });

  test('may be a reply of nothing but what is the provider’s own', async () => {
    expect(await run([opaque('mark'), finish])).toEqual(['0 attempt', '0 opaque "mark"', '0 finish', '0 end']);
  });
});

describe('an attempt that has delivered something', () => {
  test.each([
    ['text', text('Good ')],
    ['a tool call', toolCall],
  ])('is not made again: %s', async (_what, delivered) => {
    const account = await run([delivered, 100, lost], [text('Good day'), finish]);
    expect(account.slice(2)).toEqual(['100 the connection was lost']);
  });

  test('has failed if it ends without a finish', async () => {
    const { read, clock, account } = setUp({ attempts: [[text('Good ')]] });
    await clock.runUntil(read());
    expect(account.at(-1)).toBe('0 the reply broke off: its stream ended without a finish');
  });

  test('has not failed if its connection breaks after the finish', async () => {
    expect(await run([text('hi'), finish, 10, lost])).toEqual(['0 attempt', '0 hi', '0 finish', '10 end']);
  });

  test('is over 100 ms after its finish, though the stream goes on', async () => {
    expect(await run([text('hi'), finish, forever])).toEqual(['0 attempt', '0 hi', '0 finish', '100 end']);
  });
});

describe('silence', () => {
  test('of 3 s before the first output is a failure while another attempt can be made', async () => {
    expect(await run([forever], [text('hi'), finish])).toEqual([
      '0 attempt',
      '3000 retry: said nothing for 3000 ms',
      '3100 attempt',
      '3100 recovered',
      '3100 hi',
      '3100 finish',
      '3100 end',
    ]);
  });

  test('of the last attempt that the deadline allows may take all that is left of 8 s', async () => {
    expect(await run([forever], [forever])).toEqual([
      '0 attempt',
      '3000 retry: said nothing for 3000 ms',
      '3100 attempt',
      '8000 said nothing for 4900 ms',
    ]);
  });

  test('of a single attempt may take the whole deadline', async () => {
    const { run: play } = setUp({ attempts: [[7999, text('hi'), finish]], connect: { maxRetries: 0 } });
    expect(await play()).toContain('7999 hi');
  });

  test('is not broken by receipts', async () => {
    expect(await run([1000, metadata, 1900, usage, forever], [text('hi'), finish])).toContain('3000 retry: said nothing for 3000 ms');
  });

  test('of a model that thinks without end is limited by the deadline', async () => {
    const thinking = Array.from({ length: 20 }, (): Attempt => [1000, { type: 'reasoning-delta', text: 'hm' }]).flat();
    expect((await run(thinking)).at(-1)).toBe('8000 said nothing for 1000 ms');
  });

  test('of 10 s between two outputs is a failure', async () => {
    expect((await run([text('Good '), 9999, text('day'), forever])).slice(1)).toEqual([
      '0 Good ',
      '9999 day',
      '19999 said nothing for 10000 ms',
    ]);
  });

  test('is a timeout that can be told by its kind', async () => {
    const { generation, clock } = setUp({ attempts: [[text('Good '), forever]] });
    const failure: unknown = await clock.runUntil(generate(generation)).catch((error: unknown) => error);
    expect(isAPIError(failure) && [failure.kind, failure.retryable, failure.provider]).toEqual(['timeout', true, 'fake']);
  });
});

test('a response whose parts could not be used has failed, and is not taken for one that had nothing to say', async () => {
  const noText: unknown[] = [{ type: 'text-delta', text: 5 }, null, { type: 'content', text: 'hello' }, { type: 'tool-call', name: 'x' }];
  for (const part of noText) {
    let calls = 0;
    const { read, clock, account } = setUp({
      attempts: [],
      start: async function* () {
        calls += 1;
        if (calls === 1) yield wild(part);
        else yield text('hi');
        yield finish;
      },
    });
    await clock.runUntil(read());
    expect(account.slice(1)).toEqual([
      expect.stringContaining('finish'),
      '0 retry: broke its contract: gave a response of which nothing could be used',
      '100 recovered',
      '100 hi',
      expect.stringContaining('finish'),
      '100 end',
    ]);
  }
});

test('a broken receipt does not make a failure of a model that has nothing to say', async () => {
  const { read, clock, account } = setUp({ attempts: [[wild({ type: 'usage' }), finish]] });
  await clock.runUntil(read());
  expect(account.at(-1)).toBe('0 end');
});

describe('an abort', () => {
  test('before the start starts nothing', async () => {
    const { controller, run: play } = setUp({ attempts: [[text('hi'), finish]] });
    controller.abort(new AbortError());
    expect(await play()).toEqual(['0 end']);
  });

  test.each([
    ['while the LLM is silent', [[forever]], 500],
    ['while it speaks', [[text('hi'), forever]], 500],
    ['while the next attempt is waited for', [[lost]], 50],
  ])('%s ends the reply quietly and leaves no timer', async (_when, attempts, atMs) => {
    const { clock, controller, read, account } = setUp({ attempts });
    clock.after(atMs, () => controller.abort(new AbortError()));
    await clock.runUntil(read());
    expect(account.at(-1)).toBe(`${atMs} end`);
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('lets the receipt pass', async () => {
    const { clock, controller, read, account } = setUp({
      attempts: [],
      start: (request) =>
        callStream(request, async function* () {
          yield text('hi');
          await sleep(forever, { clock, signal: request.signal }).catch(() => {});
          yield text('too late');
          yield usage;
        }),
    });
    clock.after(500, () => controller.abort(new AbortError()));
    await clock.runUntil(read());
    expect(account).toEqual(['0 hi', '500 usage', '500 end']);
  });

  test('ends the reply of an LLM that takes no notice of it', async () => {
    const { clock, controller, read, account } = setUp({
      attempts: [],
      start: async function* () {
        yield text('hi');
        await new Promise(() => {});
      },
    });
    clock.after(500, () => controller.abort(new AbortError()));
    await clock.runUntil(read());
    expect(account).toEqual(['0 hi', '600 end']);
    clock.assertIdle();
  });

  test('gives the provider a signal whose reason is an AbortError, also when it was silent for too long', async () => {
    const reasons: unknown[] = [];
    const { clock, read } = setUp({
      attempts: [],
      connect: { maxRetries: 0 },
      start: (request) => {
        request.signal.addEventListener('abort', () => reasons.push(request.signal.reason));
        return callStream(request, async function* () {
          yield text('hi');
          await sleep(forever, { clock, signal: request.signal });
        });
      },
    });
    await clock.runUntil(read());
    expect(reasons).toEqual([expect.objectContaining({ name: 'AbortError' })]);
  });

  test('that the provider answers with an error of its own is no failure, nor is that of its silence hidden by it', async () => {
    const rude = async function* (request: LLMRequest): AsyncGenerator<LLMEvent> {
      yield text('hi');
      await new Promise((resolve) => {
        request.signal.addEventListener('abort', resolve);
      });
      throw new APIError('was told to stop', { kind: 'protocol', provider: 'fake', retryable: false });
    };
    const aborted = setUp({ attempts: [], start: rude });
    aborted.clock.after(500, () => aborted.controller.abort(new AbortError()));
    await aborted.clock.runUntil(aborted.read());
    expect(aborted.account).toEqual(['0 hi', '500 end']);
    const silent = setUp({ attempts: [], start: rude });
    await silent.clock.runUntil(silent.read());
    expect(silent.account).toEqual(['0 hi', '10000 said nothing for 10000 ms']);
  });
});

test('who throws at an event wants no more: the call is closed and not made again, and nothing is left behind', async () => {
  const { read, clock, controller, account } = setUp({
    attempts: [
      [metadata, text('hi'), forever],
      [text('again'), finish],
    ],
  });
  const unwanted = new APIConnectionError('not wanted', { provider: 'fake' });
  const refuse = (event: LLMEvent) => {
    if (event.type === 'response-metadata') throw unwanted;
    return undefined;
  };
  await clock.runUntil(read(refuse));
  expect(account).toEqual(['0 attempt', '0 not wanted']);
  clock.assertIdle();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
