import { expect, test } from 'vitest';
import { failureOf, frames, segments, sttRequest, ttsRequest } from './__fixtures__/call-options.js';
import { createElevenLabs, type ElevenLabsProvider } from './index.js';

const nowhere = 'http://127.0.0.1:1';
/** As it is copied from where it is shown shortened. */
const cut = 'sk-12…56';

async function* audio() {
  yield* frames(100);
}
const calls: readonly { readonly name: string; readonly call: (elevenLabs: ElevenLabsProvider) => AsyncIterable<unknown> }[] = [
  { name: 'speech', call: (elevenLabs) => elevenLabs.tts().synthesize(ttsRequest(segments('Hello.'))) },
  { name: 'speech over requests', call: (elevenLabs) => elevenLabs.tts('eleven_v3').synthesize(ttsRequest(segments('Hello.'))) },
  { name: 'Scribe', call: (elevenLabs) => elevenLabs.stt().transcribe(sttRequest(audio())) },
];

test.each(calls)('a key that cannot be sent is refused as one, and not tried again: $name', async ({ call }) => {
  for (const apiKey of [cut, 'sk-12\n34']) {
    const failure = await failureOf(call(createElevenLabs({ apiKey, baseUrl: nowhere })));
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).not.toContain('12');
  }
});

test('an address that is none is told where the provider is made', () => {
  for (const baseUrl of ['not a url', 'ftp://127.0.0.1'])
    expect(() => createElevenLabs({ apiKey: 'k', baseUrl })).toThrow('elevenlabs: the setting "baseUrl" is no address');
});
