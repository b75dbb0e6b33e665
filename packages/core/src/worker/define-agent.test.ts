import { expect, test } from 'vitest';
import { runInline } from './__fixtures__/inline-worker.js';
import { defineAgent, isAgentDefinition } from './define-agent.js';

interface Warm {
  readonly menu: readonly string[];
}

test('what prewarm gives has its type in every job', async () => {
  const served: string[] = [];
  const agent = defineAgent<Warm>({
    prewarm: (process) => ({ menu: [`soup of ${process.userData.menu?.length ?? 0}`] }),
    entry(context) {
      served.push(...context.process.userData.menu);
      context.shutdown();
    },
  });
  const inferred = defineAgent({ prewarm: async () => ({ table: 7 }), entry: (context) => context.process.userData.table.toFixed() });
  expect([agent, inferred, {}, null, { entry: () => {} }].map(isAgentDefinition)).toEqual([true, true, false, false, false]);
  await using one = await runInline(() => {}, { agent });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(served).toEqual(['soup of 0']);
});

test.for<[object | undefined, string]>([
  [undefined, 'give an object with at least "entry"'],
  [{}, '"entry" is missing'],
  [{ entry: 7 }, '"entry" must be a function'],
  [{ entry() {}, warmup() {} }, 'there is no "warmup"; known are initializeProcess, prewarm, entry'],
])('a wrong definition is told what is wrong: %j', ([functions, message]) => {
  expect(() => void Reflect.apply(defineAgent, undefined, [functions])).toThrow(message);
});
