import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readDemoArguments, UsageError } from './demo-arguments.js';

const folder = resolve('/calls');

test('without arguments the demo plays its own call and writes to demo-out', () => {
  expect(readDemoArguments([], folder)).toEqual({ type: 'call', outFolder: resolve(folder, 'demo-out'), isFast: false });
});

test('a recording and a folder are found from where the user stands', () => {
  expect(readDemoArguments(['my.wav', '--fast', '--out', '../out'], folder)).toEqual({
    type: 'call',
    inputPath: resolve(folder, 'my.wav'),
    outFolder: resolve('/out'),
    isFast: true,
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
])('%j is refused in one line', (argv, message) => {
  expect(() => readDemoArguments(argv, folder)).toThrow(new UsageError(message));
});
