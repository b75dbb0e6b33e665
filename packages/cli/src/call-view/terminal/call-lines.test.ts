import type { AgentEvent } from '@parley/core';
import { expect, test } from 'vitest';
import {
  agentSaid,
  agentState,
  measured,
  sampleCall,
  sampleStart,
  toolRan,
  transcribed,
  userState,
} from '../call/__fixtures__/sample-call.js';
import { callLines, newCallView } from './call-lines.js';
import { renderLine } from './render-line.js';

function rendered(events: readonly AgentEvent[], options = { columns: 400, useColors: false }): readonly string[] {
  const result: string[] = [];
  let view = newCallView(sampleStart);
  for (const event of events) {
    const next = callLines(view, event);
    view = next.view;
    result.push(...next.lines.map((line) => renderLine(line, options)));
  }
  return result;
}

test('a turn is told as it goes: the voice, the words, the tool, the reply, the latency', () => {
  const start = sampleCall.events.findIndex((event) => event.createdAt === sampleStart + 14_500);
  expect(rendered(sampleCall.events.slice(start, start + 11))).toEqual([
    '    0:14.5  caller    (speaking)',
    '    0:18.3  caller    i would like to book a table for four people on friday at seven',
    '    0:17.9  caller    (listening)',
    '    0:18.4  agent     (thinking)',
    '    0:18.4  tool      book_table(day: friday, time: seven, size: four) → Booked: a table for four on Friday at seven. 2.0 ms',
    '    0:18.5  agent     (speaking)',
    '    0:25.3  agent     (listening)',
    '    0:25.3  agent     Thank you. You have a table for four on Friday at seven. On Friday the kitchen closes at ten, and we ' +
      '[never heard: keep your table for half an hour. If you are late, please call us. Is there anything else that I can do for you?] (interrupted)',
    '    0:25.3  latency   580 ms = transcript 430 + end of turn 82 + LLM 7.0 + tools 2.0 + TTS 60',
  ]);
});

test('a caller who speaks over the agent is seen to do so', () => {
  expect(rendered([agentState(0, 'listening', 'speaking'), userState(500, 'listening', 'speaking')])[1]).toBe(
    '    0:00.5  caller    (speaking, over the agent)',
  );
});

test('interim transcripts make no line, and one that was not understood says so', () => {
  const line = '    0:00.2  caller    (not understood)';
  expect(rendered([transcribed(100, 'what', false), transcribed(200, '', true)])).toEqual([line]);
  expect(rendered([transcribed(200, '[not understood]', true)])).toEqual([line]);
});

test('the latency of a speech is told once, at its first sound', () => {
  const step = (number: number, sounded: boolean) =>
    measured(number, { speechId: 'speech', step: number, ...(sounded ? { playoutStartedAt: sampleStart + 100, replyDelayMs: 40 } : {}) });
  expect(rendered([step(0, false)])).toEqual([]);
  expect(rendered([step(0, false), step(1, true), step(2, true)])).toHaveLength(1);
});

test('an error, a recovery and an aborted tool are told', () => {
  const base = { createdAt: sampleStart };
  expect(
    rendered([
      { ...base, type: 'error', source: 'llm', error: { name: 'APIError', message: 'no connection' }, recoverable: true },
      { ...base, type: 'recovered', source: 'tts', action: 'spoke the rest again' },
      { ...base, type: 'tool-updated', speechId: 's', callId: 'c', name: 'book_table', status: 'aborted' },
      { ...base, type: 'close', reason: 'error', error: { name: 'Error', message: 'three failures in a row' } },
    ]),
  ).toEqual([
    '    0:00.0  problem   llm: no connection',
    '    0:00.0  problem   tts failed and was recovered: spoke the rest again',
    '    0:00.0  tool      book_table was aborted',
    '    0:00.0  note      the call has ended: three failures in a row',
  ]);
});

test('a long line is folded between words, under its text', () => {
  const [line] = rendered([agentSaid(0, 'On Sunday we are open from noon until ten in the evening.')], { columns: 50, useColors: false });
  expect(line?.split('\n')).toEqual([
    '    0:00.0  agent     On Sunday we are open from',
    `${' '.repeat(22)}noon until ten in the`,
    `${' '.repeat(22)}evening.`,
  ]);
});

test('with colours, what was never heard is struck through, and every colour is ended in its own row', () => {
  const [line] = rendered([agentSaid(0, 'We are', 'open on Sunday from noon until ten in the evening.')], { columns: 50, useColors: true });
  expect(line).toContain('\u001B[2;9m');
  for (const row of line?.split('\n') ?? [])
    expect(row.match(/\u001B\[\d[\d;]*m/g)?.length ?? 0).toBe(2 * (row.match(/\u001B\[0m/g)?.length ?? 0));
});

test('what a caller or a tool says cannot command the terminal', () => {
  const lines = rendered([
    transcribed(0, '\u001B[2Jhello\r\n\u202Eworld', true),
    toolRan(0, 'echo', { arguments: { a: '\u001B]0;x\u0007' }, output: '\u009B31m', speechId: 's' }),
  ]);
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
});
