import { expect, test } from 'vitest';
import { scenario } from '../testing/scenario.js';

test('S177 the transcript is shown without markup, and with its links', async () => {
  const text =
    'See <b>[our site](https://x.example)</b>, <happy/> or <a href="https://y.example/?a=1">this one</a> at https://z.example/a_b.';
  const shown: { readonly text: string; readonly final: boolean }[] = [];
  await scenario({
    tts: [
      { text: 'See <b>our site</b>, <happy/> or <a href="https://y.example/?a=1">this one</a> at https://z.example/a_b.', audioMs: 1000 },
    ],
    at: { 0: (session) => void session.say(text) },
    io: { transcriptOutput: { write: (part) => void shown.push(part), [Symbol.asyncDispose]: async () => {} } },
    durationMs: 4000,
  });
  expect(shown.at(-1)).toMatchObject({
    text: 'See [our site](https://x.example), or this one at https://z.example/a_b.',
    final: true,
  });
  for (const part of shown) expect(part.text).not.toMatch(/[<>]/);
});
