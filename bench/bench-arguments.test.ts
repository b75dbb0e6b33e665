import { expect, test } from 'vitest';
import { helpText, readBenchArguments, UsageError } from './bench-arguments.js';
import { isInRooms } from './measurement.js';
import { measurements } from './measurements.js';

const folders = { current: '/here', bench: '/repository/bench' };
const read = (...argv: readonly string[]) => readBenchArguments(argv, folders);
const namesChosen = (...argv: readonly string[]): readonly string[] => {
  const parsed = read(...argv);
  return parsed.type === 'run' ? parsed.chosen.map(({ name }) => name) : [];
};

test('without arguments all is measured that needs no LiveKit server, and the figures go to the results folder', () => {
  expect(read()).toMatchObject({ type: 'run', isQuick: false, skipsBuild: false, jsonPath: '/repository/bench/results/latest.json' });
  expect(namesChosen()).toEqual(measurements.filter((one) => !isInRooms(one)).map(({ name }) => name));
});

test('what is measured in rooms is measured alone, or by its name', () => {
  expect(namesChosen('--rooms')).toEqual(measurements.filter(isInRooms).map(({ name }) => name));
  expect(namesChosen('--only', 'room-join', '--only', 'import')).toEqual(['import', 'room-join']);
});

test('a quick run leaves out the demo unless it is asked for by name', () => {
  expect(namesChosen('--quick')).not.toContain('demo');
  expect(namesChosen('--quick', '--only', 'demo')).toEqual(['demo']);
});

test('the peer is measured beside ours unless it is left out', () => {
  expect(read()).toMatchObject({ skipsPeer: false });
  expect(read('--no-peer')).toMatchObject({ skipsPeer: true });
});

test('several names may be given, and run in the usual order', () => {
  expect(namesChosen('--only', 'import', '--only', 'turn-overhead')).toEqual(['turn-overhead', 'import']);
});

test('paths are taken from the folder one is in', () => {
  expect(read('--json', 'out.json', '--profile', '../profiles')).toMatchObject({ jsonPath: '/here/out.json', profileFolder: '/profiles' });
});

test('an unknown name, option or an empty path is refused with what there is', () => {
  expect(() => read('--only', 'turns')).toThrow(/there is no measurement "turns"; there are turn-overhead, /);
  expect(() => read('--fast')).toThrow(/'--fast'; --help says what there is$/);
  expect(() => read('--json', '')).toThrow('--json needs a name, but it is empty');
  expect(() => read('extra')).toThrow(UsageError);
});

test('the help names every measurement', () => {
  expect(read('--help')).toEqual({ type: 'help' });
  for (const { name } of measurements) expect(helpText).toContain(`  ${name} `);
});
