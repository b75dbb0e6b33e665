import type { LLM, STT, TTS } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { callRequest } from './__fixtures__/call-request.js';
import { spokenFrames } from './__fixtures__/spoken-frames.js';
import { createLocal } from './local-provider.js';
import { parleyPlugin } from './parley-plugin.js';

/** What the parts make of a spoken sentence: what was heard, and what is answered. */
async function converse({ stt, llm, tts }: { readonly stt: STT; readonly llm: LLM; readonly tts: TTS }, text: string) {
  const frames = await spokenFrames(tts, { text, voice: 'slt' });
  async function* audio() {
    for (const frame of frames) yield { type: 'audio', frame } as const;
  }
  let heard = '';
  for await (const event of stt.transcribe({ ...callRequest(), audio: audio(), sampleRate: 16_000 })) {
    if (event.type === 'transcript-final') heard = event.text;
  }
  const chat = [{ id: 'item-1', createdAtMs: 0, type: 'message', role: 'user', content: [{ type: 'text', text: heard }] }] as const;
  const tools = [{ name: 'book', description: 'Books a table.', parameters: {} }];
  let answer = '';
  for await (const event of llm.generate({ ...callRequest(), chat, tools, toolChoice: 'auto' })) {
    if (event.type === 'text-delta') answer += event.text;
    if (event.type === 'tool-call') answer += `${event.name} ${event.argumentsJson}`;
  }
  return { heard, answer };
}

test('a front desk of one set of rules hears, answers and calls tools', async () => {
  const local = createLocal({
    slots: { day: ['monday', 'friday'], size: { two: 2, four: 4 } },
    rules: [
      { when: '[hello] (can i | i would like to) book a table for {size} [people] on {day} [please]', call: 'book' },
      { when: '(thank you | thanks) goodbye', say: 'Goodbye.' },
    ],
    otherwise: 'You can book a table.',
  });
  const parts = { stt: local.stt(), llm: local.llm(), tts: local.tts({ voice: 'rms' }) };
  expect(await converse(parts, 'Hello, can I book a table for four people on Friday, please?')).toEqual({
    heard: 'hello can i book a table for four people on friday please',
    answer: 'book {"size":4,"day":"friday"}',
  });
  expect(await converse(parts, 'How much is the lobster?')).toEqual({ heard: '[not understood]', answer: 'You can book a table.' });
  expect(await converse(parts, 'Thank you, goodbye.')).toEqual({ heard: 'thank you goodbye', answer: 'Goodbye.' });
  await Promise.all([parts.stt.close?.(), parts.llm.close?.(), parts.tts.close?.()]);
});

test('unsound rules are refused before anything is made of them', () => {
  expect(() => createLocal({ rules: [{ when: '(yes', say: 'Yes.' }], otherwise: 'What?' })).toThrow(/^rule 1/);
});

test('the string form makes a call that can be tried, and says what it is', async () => {
  const { stt, llm, tts } = parleyPlugin.kinds;
  const parts = {
    stt: stt.create({ name: stt.defaultModel }),
    llm: llm.create({ name: llm.defaultModel }),
    tts: tts.create({ name: tts.defaultModel, variant: 'awb' }),
  };
  expect([parts.stt.kind, parts.llm.kind, parts.tts.kind, parts.tts.model]).toEqual(['stt', 'llm', 'tts', 'flite-awb']);
  expect(await converse(parts, 'Yes, please.')).toEqual({ heard: 'yes please', answer: 'I heard you.' });
  expect((await converse(parts, 'Help.')).answer).toContain('I am no language model');
  await Promise.all([parts.stt.close?.(), parts.llm.close?.(), parts.tts.close?.()]);
});

test('a model or a voice that there is not is refused', () => {
  const { stt, llm, tts } = parleyPlugin.kinds;
  expect(() => stt.create({ name: 'whisper' })).toThrow("local: there is no model 'whisper': the only one is 'grammar'");
  expect(() => llm.create({ name: 'gpt' })).toThrow(/'rules'/);
  expect(() => tts.create({ name: 'flite', variant: 'nova' })).toThrow(/no voice 'nova'/);
});

test('the plugin is plain data about itself', () => {
  expect(parleyPlugin).toMatchObject({ specificationVersions: [1], provider: 'local', environment: [] });
});
