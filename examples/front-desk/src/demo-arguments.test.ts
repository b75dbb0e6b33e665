import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readDemoArguments, UsageError } from './demo-arguments.js';

const folder = resolve('/calls');

test('without arguments the demo plays its own call and writes to demo-out', () => {
  expect(readDemoArguments([], folder)).toEqual({ type: 'call', outFolder: resolve(folder, 'demo-out'), isFast: false, vendors: {} });
});

test('a recording and a folder are found from where the user stands', () => {
  expect(readDemoArguments(['my.wav', '--fast', '--out', '../out'], folder)).toEqual({
    type: 'call',
    inputPath: resolve(folder, 'my.wav'),
    outFolder: resolve('/out'),
    isFast: true,
    vendors: {},
  });
});

test('models of vendors are named, each alone or all together', () => {
  expect(readDemoArguments(['--llm', 'openai/gpt-4.1-mini'], folder)).toMatchObject({ vendors: { llm: 'openai/gpt-4.1-mini' } });
  const all = ['--stt', 'deepgram/nova-3:en', '--llm', 'openai', '--tts', 'elevenlabs/flash-v2.5'];
  expect(readDemoArguments(all, folder)).toMatchObject({
    vendors: { stt: 'deepgram/nova-3:en', llm: 'openai', tts: 'elevenlabs/flash-v2.5' },
  });
});

test('help wins over everything else', () => {
  expect(readDemoArguments(['my.wav', '-h'], folder)).toEqual({ type: 'help' });
});

test.each([
  [['--quick'], "Unknown option '--quick'; --help says what there is"],
  [['--out'], "Option '--out <value>' argument missing; --help says what there is"],
  [['--out='], '--out needs the name of a folder, but it is empty'],
  [['--fast=yes'], "Option '--fast' does not take an argument; --help says what there is"],
  [['a.wav', 'b.wav'], 'one recording at a time, but 2 were given: a.wav, b.wav'],
  [[''], 'the name of the recording is empty'],
  [['--stt='], '--stt names a provider and its model, such as openai/gpt-4.1-mini, not ""'],
  [['--llm', 'openai/'], '--llm names a provider and its model, such as openai/gpt-4.1-mini, not "openai/"'],
  [['--tts', 'elevenlabs', '--fast'], '--fast computes the call on this machine; leave it out with models of vendors'],
])('%j is refused in one line', (argv, message) => {
  expect(() => readDemoArguments(argv, folder)).toThrow(new UsageError(message));
});
