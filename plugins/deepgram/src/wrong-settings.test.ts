import { expect, test } from 'vitest';
import { failureOf, inputs, spoken, sttRequest, ttsRequest } from './__fixtures__/call-options.js';
import { createDeepgram, type DeepgramProvider } from './index.js';

const nowhere = 'http://127.0.0.1:1';
/** As it is copied from where it is shown shortened. */
const cut = 'sk-12…56';

const calls: readonly { readonly name: string; readonly call: (deepgram: DeepgramProvider) => AsyncIterable<unknown> }[] = [
  { name: 'Nova', call: (deepgram) => deepgram.stt().transcribe(sttRequest(inputs())) },
  { name: 'Flux', call: (deepgram) => deepgram.stt('flux-general-en').transcribe(sttRequest(inputs())) },
  { name: 'speech', call: (deepgram) => deepgram.tts().synthesize(ttsRequest(spoken('Hello.'))) },
  {
    name: 'speech over requests',
    call: (deepgram) => deepgram.tts('aura-2-thalia-en', { transport: 'rest' }).synthesize(ttsRequest(spoken('Hello.'))),
  },
];

test.each(calls)('a key that cannot be sent is refused as one, and not tried again: $name', async ({ call }) => {
  for (const apiKey of [cut, 'sk-12\n34']) {
    const failure = await failureOf(call(createDeepgram({ apiKey, baseUrl: nowhere })));
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).not.toContain('12');
  }
});

test('an address that is none is told where the provider is made', () => {
  for (const baseUrl of ['not a url', 'ftp://127.0.0.1'])
    expect(() => createDeepgram({ apiKey: 'k', baseUrl })).toThrow('deepgram: the setting "baseUrl" is no address');
});
