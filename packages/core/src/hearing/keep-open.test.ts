import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { APIConnectionError, APIError, APIStatusError } from '../provider/api-error.js';
import { AbortError } from '../stream/abort-error.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { keepOpen } from './keep-open.js';

const lost = new APIConnectionError('lost', { provider: 'fake' });
const expired = new APIError('too old', { kind: 'expired', provider: 'fake', retryable: true });
const refused = new APIStatusError('refused the key', { provider: 'fake', status: 401 });
const busy = new APIStatusError('busy', { provider: 'fake', status: 429, retryAfterMs: 700 });

/** What comes of each attempt: a failure, progress before a failure, or a good end. */
type Outcome = Error | { readonly progressThen: Error } | 'ends';

async function run(outcomes: readonly Outcome[], { givesUp = false, abortAtMs = Infinity } = {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  let attempts = 0;
  const running = keepOpen({
    clock,
    signal: controller.signal,
    connect: defaultConnectOptions,
    givesUp,
    attempt: async ({ delivered, madeProgress }) => {
      const outcome = outcomes[attempts] ?? 'ends';
      attempts += 1;
      note('attempt');
      if (outcome !== 'ends' && !('progressThen' in outcome)) throw outcome;
      delivered();
      delivered();
      if (outcome === 'ends') return;
      madeProgress();
      throw outcome.progressThen;
    },
    onFailure: (error, recoverable) =>
      note(`${recoverable ? 'recoverable' : 'unrecoverable'} ${error instanceof Error ? error.message : ''}`),
    onRecovered: () => note('recovered'),
  });
  if (abortAtMs !== Infinity) clock.after(abortAtMs, () => controller.abort(new AbortError()));
  await clock.runUntil(running);
  note('settled');
  clock.assertIdle();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  return account;
}

const attemptsOf = (account: readonly string[]): string[] => account.filter((line) => line.endsWith(' attempt'));

test('one that ends well is made once', async () => {
  expect(await run(['ends'])).toEqual(['0 attempt', '0 settled']);
});

describe('a failure', () => {
  test('is followed by another attempt, after 100 ms and then 2 s', async () => {
    expect(await run([lost, lost, 'ends'])).toEqual([
      '0 attempt',
      '0 recoverable fake: lost',
      '100 attempt',
      '100 recoverable fake: lost',
      '2100 attempt',
      '2100 recovered',
      '2100 settled',
    ]);
  });

  test('the fourth in a row is not recoverable, and a new burst begins after the longer wait', async () => {
    const account = await run([lost, lost, lost, lost, lost, 'ends']);
    expect(account.filter((line) => line.includes('recoverable'))).toEqual([
      '0 recoverable fake: lost',
      '100 recoverable fake: lost',
      '2100 recoverable fake: lost',
      '4100 unrecoverable fake: lost',
      '6100 recoverable fake: lost',
    ]);
    expect(attemptsOf(account).at(-1)).toBe('6200 attempt');
  });

  test('is the first of a new burst once there was progress', async () => {
    const account = await run([lost, lost, lost, { progressThen: lost }, lost, lost, 'ends']);
    expect(account.filter((line) => line.includes('unrecoverable'))).toEqual([]);
    expect(attemptsOf(account)).toEqual([0, 100, 2100, 4100, 4200, 6200, 8200].map((atMs) => `${atMs} attempt`));
  });

  test('that will not go away is not recoverable at once, and never tried again in a hurry', async () => {
    const account = await run([refused, refused, 'ends']);
    expect(account.filter((line) => line.includes('unrecoverable'))).toHaveLength(2);
    expect(attemptsOf(account)).toEqual(['0 attempt', '2000 attempt', '4000 attempt']);
  });

  test('that is not the provider’s is tried again like any other', async () => {
    expect(attemptsOf(await run([new TypeError('a bug'), 'ends']))).toEqual(['0 attempt', '100 attempt']);
  });

  test('is waited after for as long as the vendor asks', async () => {
    expect(attemptsOf(await run([busy, 'ends']))).toEqual(['0 attempt', '700 attempt']);
  });
});

describe('a connection that the vendor ended by its own rule', () => {
  test('is opened again at once and costs nothing, the first time in a row', async () => {
    expect(await run([expired, 'ends'])).toEqual(['0 attempt', '0 recoverable fake: too old', '0 attempt', '0 recovered', '0 settled']);
    const account = await run([lost, lost, expired, lost, lost, 'ends']);
    expect(account.filter((line) => line.includes('unrecoverable'))).toEqual(['4100 unrecoverable fake: lost']);
  });

  test('is a failure like any other the second time in a row', async () => {
    expect(attemptsOf(await run([expired, expired, expired, 'ends']))).toEqual(['0 attempt', '0 attempt', '100 attempt', '2100 attempt']);
  });

  test('is free again after progress', async () => {
    expect(attemptsOf(await run([expired, { progressThen: expired }, { progressThen: expired }, 'ends']))).toEqual(
      Array(4).fill('0 attempt'),
    );
  });
});

test('one that gives up does so with the first failure that is not recoverable', async () => {
  expect((await run([lost, lost, lost, lost, 'ends'], { givesUp: true })).slice(-2)).toEqual([
    '4100 unrecoverable fake: lost',
    '4100 settled',
  ]);
  expect(await run([refused, 'ends'], { givesUp: true })).toEqual(['0 attempt', '0 unrecoverable fake: refused the key', '0 settled']);
});

test('an abort ends it quietly, also while it waits', async () => {
  expect((await run([lost, lost, lost], { abortAtMs: 1000 })).slice(-2)).toEqual(['100 recoverable fake: lost', '1000 settled']);
});
