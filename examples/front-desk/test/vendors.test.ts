import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playVendor } from '@parley/conformance/wire';
import { deepgramWires, elevenLabsWires, openaiWires } from '@parley/conformance/wires';
import { type AgentEvent, type AgentEventType, registerProvider, textOf } from '@parley/core';
import type { PluginSettings } from '@parley/core/provider';
import { createLeakCheck } from '@parley/core/testing';
import { parleyPlugin as deepgram } from '@parley/deepgram';
import { parleyPlugin as elevenlabs } from '@parley/elevenlabs';
import { parleyPlugin as openai } from '@parley/openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEvents } from '../src/__fixtures__/read-events.js';
import { runDemo } from '../src/run-demo.js';
import { scriptedRecogniser, scriptedSpeaker, scriptedWriter } from './vendor-scripts.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-desk-vendors-'));
});
afterEach(() => rm(folder, { recursive: true }));

const hours = 'What time do you open on Sunday?';
const booking = 'I would like to book a table for four people on Friday at seven.';
const check = 'What did I book?';

/** Three of the recorded caller's sentences, with room for the replies. */
async function writeCall(path: string): Promise<void> {
  const file = await readFile(fileURLToPath(new URL('../caller.wav', import.meta.url)));
  const sampleRate = file.readUInt32LE(24);
  const byte = (ms: number) => 2 * Math.round((sampleRate * ms) / 1000);
  const cut = (fromMs: number, toMs: number) => file.subarray(44 + byte(fromMs), 44 + byte(toMs));
  const silence = (ms: number) => Buffer.alloc(byte(ms));
  const parts = [silence(2500), cut(6000, 9300), silence(3000), cut(15_500, 19_300), silence(4000), cut(48_500, 49_800), silence(3500)];
  const samples = Buffer.concat(parts);
  const header = Buffer.from(file.subarray(0, 44));
  header.writeUInt32LE(36 + samples.length, 4);
  header.writeUInt32LE(samples.length, 40);
  await writeFile(path, Buffer.concat([header, samples]));
}

/** The plugins as an application has them, led to the vendors that are played. */
function register(settings: Readonly<Record<'stt' | 'llm' | 'tts', PluginSettings>>): void {
  const { stt } = deepgram.kinds;
  const { llm } = openai.kinds;
  const { tts } = elevenlabs.kinds;
  registerProvider({ ...deepgram, kinds: { stt: { ...stt, create: (model) => stt.create(model, settings.stt) } } });
  registerProvider({ ...openai, kinds: { llm: { ...llm, create: (model) => llm.create(model, settings.llm) } } });
  registerProvider({ ...elevenlabs, kinds: { tts: { ...tts, create: (model) => tts.create(model, settings.tts) } } });
}

const said = (event: AgentEvent): string[] =>
  event.type === 'conversation-item-added' && event.item.type === 'message' ? [`${event.item.role}: ${textOf(event.item.content)}`] : [];

test('a call on three vendors goes on, though each of them breaks once', { timeout: 90_000 }, async () => {
  const calls = {
    [hours]: { type: 'tool-call', callId: 'c1', name: 'opening_hours', argumentsJson: '{"day":"sunday"}' },
    [booking]: { type: 'tool-call', callId: 'c2', name: 'book_table', argumentsJson: '{"day":"friday","time":"seven","size":4}' },
    [check]: { type: 'tool-call', callId: 'c3', name: 'show_booking', argumentsJson: '{}' },
  } as const;
  await using recogniser = await playVendor(deepgramWires.listen, scriptedRecogniser([hours, booking, check], 5000));
  await using writer = await playVendor(openaiWires.chatCompletions, scriptedWriter(calls, booking));
  await using speaker = await playVendor(elevenLabsWires.multiContextSpeech, scriptedSpeaker('table for four'));
  register({ stt: recogniser.settings, llm: writer.settings, tts: speaker.settings });
  await writeCall(join(folder, 'caller.wav'));
  using leaks = createLeakCheck();
  let told = '';
  const code = await runDemo(
    ['caller.wav', '--out', 'out', '--stt', 'deepgram/nova-3', '--llm', 'openai/gpt-4.1-mini', '--tts', 'elevenlabs/flash-v2.5'],
    {
      folder,
      screen: { write: () => {} },
      errors: {
        write: (text) => {
          told += text;
        },
      },
      signal: new AbortController().signal,
    },
  );
  expect([told, code]).toEqual(['', 0]);
  const events = await readEvents(join(folder, 'out', 'call.jsonl'));
  expect(events.flatMap(said)).toEqual([
    'assistant: Good evening, this is the Copper Kettle. How can I help you?',
    `user: ${hours}`,
    'assistant: On Sunday we are open from noon until ten in the evening.',
    `user: ${booking}`,
    'assistant: You have a table for four on Friday at seven.',
    `user: ${check}`,
    'assistant: You have a table for four on Friday at seven.',
  ]);
  const sourcesOf = (type: AgentEventType) =>
    new Set(events.flatMap((event) => (event.type === type && 'source' in event ? [event.source] : [])));
  expect(sourcesOf('error')).toEqual(new Set(['stt', 'llm', 'tts']));
  expect(sourcesOf('recovered')).toEqual(new Set(['stt', 'llm', 'tts']));
  expect(events.at(-1)).toMatchObject({ type: 'close', reason: 'input-ended' });
  for (const { record, apiKey } of [recogniser, writer, speaker]) {
    expect(record.failures).toEqual([]);
    expect(JSON.stringify(events)).not.toContain(apiKey);
  }
  await Promise.all([recogniser, writer, speaker].map((vendor) => vendor[Symbol.asyncDispose]()));
  await leaks.assertNothingOpen();
});

test('a call whose recogniser refuses the key is given up: the program says so, and fails', { timeout: 30_000 }, async () => {
  const refuse = deepgramWires.listen.errorBody(401);
  await using recogniser = await playVendor(deepgramWires.listen, () => {}, {
    gate: (connection) => {
      if (connection.type === 'websocket') connection.refuse(401, refuse.headers, refuse.body);
      return undefined;
    },
  });
  register({ stt: recogniser.settings, llm: {}, tts: {} });
  await writeCall(join(folder, 'caller.wav'));
  let shown = '';
  const code = await runDemo(['caller.wav', '--out', 'out', '--stt', 'deepgram/nova-3'], {
    folder,
    screen: {
      write: (text) => {
        shown += text;
      },
    },
    errors: { write: () => {} },
    signal: new AbortController().signal,
  });
  expect(code).toBe(1);
  expect(shown).toMatch(/the call has ended: deepgram: .*401/);
  expect(shown).not.toContain(recogniser.apiKey);
});

test('a plugin that is not installed is asked for by the command that installs it', async () => {
  let told = '';
  const code = await runDemo(['--tts', 'acme/best', '--out', 'out'], {
    folder,
    screen: { write: () => {} },
    errors: {
      write: (text) => {
        told += text;
      },
    },
    signal: new AbortController().signal,
  });
  expect(code).toBe(1);
  expect(told).toMatch(/^demo: .*npm install @parley\/acme/);
});
