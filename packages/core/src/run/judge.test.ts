import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { textCall } from '../testing/text-call.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { judge } from './judge.js';

const text = 'Nine to five.';
const intent = 'tells when they are open';
const asked = `The agent said:\n${text}\n\nWhat is meant:\n${intent}`;
const judging = (argumentsJson: string, name = 'verdict') =>
  createScriptedLLM([{ input: asked, toolCalls: [{ name, argumentsJson }] }], new ScriptProblems());

test.each([
  ['pass', 1],
  ['maybe', 0.5],
  ['fail', 0],
] as const)('S206: the verdict "%s" scores %d, and is told by a tool that the judge is made to call', async (verdict, score) => {
  const clock = new VirtualClock();
  const llm = judging(JSON.stringify({ verdict, reason: 'so' }));
  await expect(clock.runUntil(judge(llm, { text, intent, clock }))).resolves.toEqual({ verdict, score, reason: 'so' });
  expect(llm.calls).toMatchObject([{ tools: ['verdict'], toolChoice: { name: 'verdict' } }]);
  clock.assertIdle();
});

test.each([
  ['a verdict that there is not', judging('{"verdict":"good"}')],
  ['no JSON', judging('good')],
  ['another tool', judging('{}', 'other')],
])('a judge that gives %s is an error, not a verdict', async (_name, llm) => {
  const clock = new VirtualClock();
  await expect(clock.runUntil(judge(llm, { text, intent, clock }))).rejects.toMatchObject({ kind: 'protocol' });
});

test('a model without tools is no judge', async () => {
  const llm = judging('{}');
  const deaf = { ...llm, capabilities: { ...llm.capabilities, tools: false } };
  await expect(judge(deaf, { text, intent })).rejects.toThrow(/scripted\/scripted-llm calls no tools/);
});

test('a message of a run is judged in the light of what it answers; a failure gives the reason', async () => {
  const input = `The user said:\nwhen?\n\nThe agent said:\n${text}\n\nWhat is meant:\n${intent}`;
  const verdict = (argumentsJson: string) =>
    createScriptedLLM([{ input, toolCalls: [{ name: 'verdict', argumentsJson }] }], new ScriptProblems());
  await using call = await textCall({ agent: new Agent({ instructions: '' }), llm: [{ input: 'when?', output: text }] });
  const { expect: run } = await call.run('when?');
  const message = run.at(0).isMessage();
  const pass = message.judge(verdict('{"verdict":"pass","reason":"it does"}'), { intent });
  await expect(call.clock.runUntil(pass)).resolves.toMatchObject({ score: 1 });
  const maybe = message.judge(verdict('{"verdict":"maybe","reason":"no day is named"}'), { intent });
  await expect(call.clock.runUntil(maybe)).rejects.toThrow(
    /expected: at \[0\] a message of this intent: tells when they are open\nhappened: the verdict is "maybe": no day is named\nthe run:/,
  );
});
