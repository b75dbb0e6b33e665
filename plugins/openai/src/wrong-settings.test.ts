import type { STTInput, TTSInput } from '@parley/core/provider';
import { afterEach, expect, test, vi } from 'vitest';
import { callOptions, failureOf, llmRequest } from './__fixtures__/call-options.js';
import { createOpenAI, type OpenAIProvider } from './index.js';

const nowhere = 'http://127.0.0.1:1';
/** As it is copied from where it is shown shortened. */
const cut = 'sk-12…56';

async function* audio(): AsyncGenerator<STTInput> {
  yield { type: 'audio', frame: { samples: new Int16Array(320), sampleRate: 16_000, channels: 1, atMs: 0 } };
}
async function* text(): AsyncGenerator<TTSInput> {
  yield { type: 'text', segmentId: '1', text: 'Hello.' };
  yield { type: 'flush', segmentId: '1' };
}
const calls: readonly { readonly name: string; readonly call: (openai: OpenAIProvider) => AsyncIterable<unknown> }[] = [
  { name: 'chat', call: (openai) => openai.llm().generate(llmRequest()) },
  { name: 'responses', call: (openai) => openai.llm('m', { api: 'responses' }).generate(llmRequest()) },
  { name: 'speech', call: (openai) => openai.tts().synthesize({ ...callOptions(), text: text(), sampleRate: 24_000 }) },
  { name: 'transcription', call: (openai) => openai.stt().transcribe({ ...callOptions(), audio: audio(), sampleRate: 16_000 }) },
];

afterEach(() => void vi.unstubAllEnvs());

test.each(calls)('a key that cannot be sent is refused as one, and not tried again: $name', async ({ call }) => {
  for (const apiKey of [cut, 'sk-12\n34']) {
    const failure = await failureOf(call(createOpenAI({ apiKey, baseUrl: nowhere })));
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).not.toContain('12');
  }
});

test('an address that is none is told where the provider is made', () => {
  for (const baseUrl of ['not a url', 'ftp://127.0.0.1'])
    expect(() => createOpenAI({ apiKey: 'k', baseUrl })).toThrow('openai: the setting "baseUrl" is no address');
});

test.each(calls)('one that the environment holds is told by its name, and not tried again: $name', async ({ call }) => {
  vi.stubEnv('OPENAI_BASE_URL', 'not a url');
  const failure = await failureOf(call(createOpenAI({ apiKey: 'k' })));
  expect(failure).toMatchObject({ kind: 'invalid-request', retryable: false });
  expect(String(failure)).toContain('OPENAI_BASE_URL');
});
