import { expect, test } from 'vitest';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';
import { runCode, runningCode } from '../agent/running-code.js';

const code = () => ({
  session: new AgentSession({ clock: new VirtualClock() }),
  agent: { label: 'desk', instructions: '' },
  name: 'tool',
  pause: () => () => {},
});

test('code is known to what it does, until it ends', async () => {
  const ended = linkSignals();
  const gate = createDeferred<void>();
  const work = runCode(
    code(),
    async () => {
      await gate.promise;
      return runningCode()?.name;
    },
    ended,
  );
  gate.resolve();
  expect(await work).toBe('tool');
  expect(runningCode()).toBeUndefined();
});

test('code that outlives its session counts no more: nobody pays for keeping track of it', async () => {
  const ended = linkSignals();
  const gate = createDeferred<void>();
  const work = runCode(
    code(),
    async () => {
      await gate.promise;
      return runningCode()?.name;
    },
    ended,
  );
  ended.abort();
  gate.resolve();
  expect(await work).toBeUndefined();
});
