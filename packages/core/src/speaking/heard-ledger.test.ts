import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordSpans } from '../text/words.js';
import { HeardLedger } from './heard-ledger.js';

function said(text: string, audioMs: number, isComplete = true): HeardLedger {
  const ledger = new HeardLedger();
  ledger.open('s1', text);
  ledger.addAudio('s1', audioMs);
  if (isComplete) ledger.complete('s1');
  return ledger;
}

describe('what was heard', () => {
  const text = 'long long answer with many words in it';

  test.each([
    ['nothing', 0, ''],
    ['S020: two of ten syllables', 2300, 'long long'],
    ['all of it', 10_000, text],
  ])('without word timings goes by syllables: %s', (_name, playedMs, heard) => {
    expect(said(text, 10_000).heardOf(text, playedMs)).toBe(heard);
  });

  test('goes by word timings where there are some', () => {
    const ledger = said('It costs $5 today', 2000);
    ledger.addWord('s1', { endMs: 300, inputEnd: 2 });
    ledger.addWord('s1', { endMs: 700, inputEnd: 8 });
    ledger.addWord('s1', { endMs: 1500, inputEnd: 11 });
    expect(ledger.heardOf('It costs $5 today', 1499)).toBe('It costs');
    expect(ledger.heardOf('It costs $5 today', 1500)).toBe('It costs $5');
  });

  test('is cut in the text as it was written, marks and all', () => {
    expect(said('We have two tables', 2000).heardOf('We have **two** tables', 1300)).toBe('We have **two**');
  });

  test('counts whole segments first, then within the next', () => {
    const ledger = said('One here. ', 1000);
    ledger.open('s2', 'Two there.');
    ledger.addAudio('s2', 1000);
    ledger.complete('s2');
    expect(ledger.heardOf('One here. Two there.', 1600)).toBe('One here. Two');
  });

  test('of a segment still being made goes by the usual pace, so that little audio is not taken for all the words', () => {
    expect(said(text, 600, false).heardOf(text, 600)).toBe('long long');
  });

  test('is nothing before anything was played, even if the first segment has no audio at all', () => {
    const ledger = said('Hmm. ', 0);
    ledger.open('s2', 'Two there.');
    ledger.addAudio('s2', 1000);
    ledger.complete('s2');
    expect(ledger.heardOf('Hmm. Two there.', 0)).toBe('');
    expect(ledger.heardOf('Hmm. Two there.', -5)).toBe('');
    expect(ledger.heardOf('Hmm. Two there.', 10)).toBe('Hmm.');
  });

  test('goes by word timings in any order, and never beyond the text', () => {
    const ledger = said('One two', 1000);
    ledger.addWord('s1', { endMs: 900, inputEnd: 99 });
    ledger.addWord('s1', { endMs: 400, inputEnd: 3 });
    expect([300, 400, 900].map((playedMs) => ledger.heardOf('One two', playedMs))).toEqual(['', 'One', 'One two']);
  });

  test('of timings without places looks for their words in the text', () => {
    const ledger = said('Well, <b>one</b> is one of $5 today', 6000);
    const words = ['well', ',', 'One', 'is', 'one', 'of', 'five', 'today'];
    for (const [index, word] of words.entries()) ledger.addWord('s1', { text: word, endMs: index * 100 + 100 });
    const heard = [100, 300, 500, 700, 800].map((playedMs) => ledger.heardOf('**Well**, one is one of $5 today', playedMs));
    expect(heard).toEqual([
      '**Well**,',
      '**Well**, one',
      '**Well**, one is one',
      '**Well**, one is one of $5',
      '**Well**, one is one of $5 today',
    ]);
  });

  test('of timings that say neither word nor place, or no time, goes by syllables', () => {
    const ledger = said('One two', 1000);
    ledger.addWord('s1', { endMs: 10 });
    ledger.addWord('s1', { text: '...', endMs: 10 });
    ledger.addWord('s1', { text: 'two', endMs: Number.NaN });
    ledger.addWord('s1', { endMs: 10, inputEnd: Number.NaN });
    expect([100, 500].map((playedMs) => ledger.heardOf('One two', playedMs))).toEqual(['', 'One']);
  });

  test('S150 takes no time for tags: ten syllables among long ones are paced as ten', () => {
    const tag = '<emotion value="very happy and much obliged to everybody in the room"/>';
    const plain = 'We have a table for two at the door';
    const tagged = plain.replaceAll(' ', ` ${tag} `);
    const ledger = said(tagged, 3000);
    const bare = said(plain, 3000);
    for (let playedMs = 0; playedMs <= 3000; playedMs += 100)
      expect(ledger.heardOf(tagged, playedMs).replaceAll(` ${tag}`, '')).toBe(bare.heardOf(plain, playedMs));
    expect(ledger.heardOf(tagged, 3000)).toBe(tagged);
  });

  test('S150 goes past a segment that is all tags', () => {
    const ledger = said('<break time="1s"/> ', 1000);
    ledger.open('s2', 'One two');
    ledger.addAudio('s2', 1000);
    expect([0, 100, 1500].map((playedMs) => ledger.heardOf('<break time="1s"/> One two', playedMs))).toEqual([
      '',
      '',
      '<break time="1s"/> One',
    ]);
  });

  test('of a segment tried again keeps its audio, and goes by the words of the last try', () => {
    const ledger = new HeardLedger();
    ledger.open('s1', 'One two');
    ledger.addAudio('s1', 400);
    ledger.addWord('s1', { endMs: 50, inputEnd: 7 });
    ledger.open('s1', 'One two');
    ledger.addAudio('s1', 600);
    ledger.addWord('s1', { endMs: 500, inputEnd: 3 });
    ledger.complete('s1');
    expect([400, 500, 1000].map((playedMs) => ledger.heardOf('One two', playedMs))).toEqual(['', 'One', 'One two']);
  });

  test('of a segment tried again in vain stays what the try before told of', () => {
    const ledger = new HeardLedger();
    ledger.open('s1', 'One two');
    ledger.addAudio('s1', 100);
    ledger.addWord('s1', { endMs: 100, inputEnd: 3 });
    ledger.open('s1', 'One two');
    expect(ledger.heardOf('One two', 100)).toBe('One');
    ledger.addWord('s1', { endMs: 100, inputEnd: 3 });
    expect(ledger.heardOf('One two', 100)).toBe('One');
  });

  test('of a segment whose text grows goes by the text as it is by then', () => {
    const ledger = new HeardLedger();
    ledger.open('recorded', 'One');
    ledger.addAudio('recorded', 1000);
    ledger.open('recorded', 'One two three four');
    ledger.complete('recorded');
    expect(ledger.heardOf('One two three four', 500)).toBe('One two');
  });

  test('of audio and words of a segment that it does not know is nothing', () => {
    const ledger = new HeardLedger();
    ledger.addAudio('other', 1000);
    ledger.addWord('other', { endMs: 100, inputEnd: 3 });
    ledger.complete('other');
    expect([ledger.heardOf('One', 1000), ledger.spokenText]).toEqual(['', '']);
  });
});

describe('whatever is said and however it is timed', () => {
  const word = fc.constantFrom('we', 'have', 'two', '**tables**', 'at', '$5', '20:30,', 'communication.', '你好', '_nice_', '8');
  const segment = fc.record({
    words: fc.array(word, { minLength: 1, maxLength: 8 }),
    audioMs: fc.integer({ min: 1, max: 4000 }),
    isTimed: fc.boolean(),
  });
  const reply = fc.record({ segments: fc.array(segment, { minLength: 1, maxLength: 4 }), incomplete: fc.boolean() });
  type Reply = typeof reply extends fc.Arbitrary<infer Drawn> ? Drawn : never;

  /** A ledger of it, the text as the LLM wrote it, and the length of all its audio. */
  function ledgerOf({ segments, incomplete }: Reply) {
    const ledger = new HeardLedger();
    for (const [index, { words, audioMs, isTimed }] of segments.entries()) {
      const id = `s${index}`;
      const spoken = words.join(' ').replaceAll(/[*_]/g, '');
      ledger.open(id, `${spoken} `);
      ledger.addAudio(id, audioMs);
      const spans = isTimed ? wordSpans(spoken) : [];
      for (const [place, span] of spans.entries()) {
        ledger.addWord(id, { endMs: ((place + 1) * audioMs) / spans.length, inputEnd: span.end });
      }
      if (!incomplete || index < segments.length - 1) ledger.complete(id);
    }
    const written = segments.map(({ words }) => words.join(' ')).join(' ');
    const totalMs = segments.reduce((sum, { audioMs }) => sum + audioMs, 0);
    return { ledger, written, totalMs };
  }

  test('more playing never means less heard, and never more than was written', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.double({ min: -100, max: 20_000, noNaN: true }), { maxLength: 20 }), (drawn, times) => {
        const { ledger, written } = ledgerOf(drawn);
        const heard = times.toSorted((one, other) => one - other).map((playedMs) => ledger.heardOf(written, playedMs));
        for (const [index, text] of heard.entries()) {
          expect(written.startsWith(text)).toBe(true);
          expect(text.length).toBeGreaterThanOrEqual(heard[index - 1]?.length ?? 0);
        }
      }),
    );
  });

  test('all of it played is all of it heard, and nothing played is nothing heard', () => {
    fc.assert(
      fc.property(reply, (drawn) => {
        const { ledger, written, totalMs } = ledgerOf({ ...drawn, incomplete: false });
        expect([ledger.heardOf(written, totalMs), ledger.heardOf(written, 0)]).toEqual([written, '']);
      }),
    );
  });

  test('what was not given to the TTS yet was not heard, however much was played', () => {
    fc.assert(
      fc.property(reply, (drawn) => {
        const { ledger, written } = ledgerOf(drawn);
        expect(ledger.heardOf(`${written} and more to come`, 1_000_000)).toBe(ledger.heardOf(written, 1_000_000));
      }),
    );
  });

  test('the same question has the same answer, whatever was asked before', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.integer({ min: 0, max: 8000 }), { maxLength: 10 }), (drawn, times) => {
        const [asked, fresh] = [ledgerOf(drawn), ledgerOf(drawn)];
        for (const playedMs of times) asked.ledger.heardOf(asked.written, playedMs);
        expect(asked.ledger.heardOf(asked.written, 1000)).toBe(fresh.ledger.heardOf(fresh.written, 1000));
        expect(asked.ledger.heardOf('something else', 1000)).toBe(fresh.ledger.heardOf('something else', 1000));
      }),
    );
  });
});
