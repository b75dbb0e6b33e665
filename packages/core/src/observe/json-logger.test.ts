import { expect, test } from 'vitest';
import type { Json } from '../provider/json.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { createJsonLogger } from './json-logger.js';

function setUp(level?: 'debug' | 'info' | 'warn' | 'error') {
  const lines: string[] = [];
  const clock = new VirtualClock({ startsAt: new Date('2026-01-01T00:00:00Z') });
  const logger = createJsonLogger({ clock, write: (line) => void lines.push(line), ...(level === undefined ? {} : { level }) });
  return { clock, logger, lines };
}

test('writes one line of JSON for an entry, with the clock’s wall time', async () => {
  const { clock, logger, lines } = setUp();
  await clock.advance(1500);
  logger.log('warn', 'first\nsecond line', { source: 'stt', attempt: 2 });
  expect(lines).toEqual([
    '{"time":"2026-01-01T00:00:01.500Z","level":"warn","message":"first\\nsecond line","source":"stt","attempt":2}\n',
  ]);
});

test.each([
  [undefined, ['warn', 'error']],
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['error', ['error']],
] as const)('from level %s on', (level, expected) => {
  const { logger, lines } = setUp(level);
  for (const entryLevel of ['debug', 'info', 'warn', 'error'] as const) logger.log(entryLevel, 'said');
  expect(lines.map((line) => /"level":"(\w+)"/.exec(line)?.[1])).toEqual(expected);
});

test('a field cannot pretend to be the entry itself', () => {
  const { logger, lines } = setUp();
  logger.log('error', 'real', { level: 'debug', message: 'fake', time: 'never' });
  expect(JSON.parse(lines[0] ?? '')).toEqual({ time: '2026-01-01T00:00:00.000Z', level: 'error', message: 'real' });
});

test('a field that is no JSON is told as text, and the rest as it is', () => {
  const { logger, lines } = setUp();
  const circle: Record<string, Json> = {};
  circle['self'] = circle;
  logger.log('error', 'odd', { circle, attempt: 2 });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'odd', circle: '[object Object]', attempt: 2 });
});
