import { describe, expect, test } from 'vitest';
import type { Json } from '../provider/json.js';
import type { AgentEvent, AgentEventOf } from './agent-event.js';
import { AgentEventEmitter } from './emitter.js';

function setUp() {
  const logged: [string, string, Readonly<Record<string, Json>> | undefined][] = [];
  const emitter = new AgentEventEmitter({ log: (level, message, fields) => void logged.push([level, message, fields]) });
  const seen: string[] = [];
  const note = (name: string) => (event: { readonly type: string }) => void seen.push(`${name} ${event.type}`);
  return { emitter, logged, seen, note };
}

const digit = (value = '1'): AgentEventOf<'dtmf'> => ({ type: 'dtmf', digit: value, createdAt: 0 });
const created: AgentEvent = { type: 'speech-created', speechId: 'speech-1', source: 'say', createdAt: 0 };
const failed: AgentEvent = {
  type: 'error',
  source: 'stt',
  error: { name: 'APIConnectionError', message: 'acme: lost', kind: 'connection' },
  recoverable: true,
  createdAt: 0,
};

describe('listeners', () => {
  test('hear of their type alone, in the order of registering, at once', () => {
    const { emitter, seen, note } = setUp();
    emitter.on('dtmf', note('first'));
    emitter.on('speech-created', note('other'));
    emitter.on('dtmf', note('second'));
    emitter.emit(digit());
    expect(seen).toEqual(['first dtmf', 'second dtmf']);
  });

  test('may listen to two types, and leave one of them', () => {
    const { emitter, seen, note } = setUp();
    const both = note('both');
    emitter.on('dtmf', both);
    emitter.on('speech-created', both);
    emitter.off('dtmf', both);
    emitter.emit(digit());
    emitter.emit(created);
    expect(seen).toEqual(['both speech-created']);
  });

  test('registered twice are called once', () => {
    const { emitter, seen, note } = setUp();
    const twice = note('twice');
    emitter.on('dtmf', twice);
    emitter.on('dtmf', twice);
    emitter.emit(digit());
    emitter.off('dtmf', twice);
    emitter.emit(digit());
    expect(seen).toEqual(['twice dtmf']);
  });

  test('of one event only are called once, and can be taken back before', () => {
    const { emitter, seen, note } = setUp();
    const [once, never] = [note('once'), note('never')];
    emitter.once('dtmf', once);
    emitter.once('dtmf', never);
    emitter.off('dtmf', never);
    emitter.emit(digit());
    emitter.emit(digit());
    expect(seen).toEqual(['once dtmf']);
  });

  test('of one event only stay if they are registered for all, before or after', () => {
    const { emitter, seen, note } = setUp();
    const [before, after] = [note('before'), note('after')];
    emitter.on('dtmf', before);
    emitter.once('dtmf', before);
    emitter.once('dtmf', after);
    emitter.on('dtmf', after);
    emitter.emit(digit());
    emitter.emit(digit());
    expect(seen).toEqual(['before dtmf', 'after dtmf', 'before dtmf', 'after dtmf']);
  });

  test('of one event only are not called again by what they emit themselves', () => {
    const { emitter, seen } = setUp();
    emitter.once('dtmf', (event) => {
      seen.push(event.digit);
      emitter.emit(digit('2'));
    });
    emitter.emit(digit('1'));
    expect(seen).toEqual(['1']);
  });

  test('that are added or taken back by another count from the next event on', () => {
    const { emitter, seen, note } = setUp();
    const last = note('last');
    emitter.on('dtmf', () => {
      emitter.on('dtmf', note('added'));
      emitter.off('dtmf', last);
    });
    emitter.on('dtmf', last);
    emitter.emit(digit());
    expect(seen).toEqual(['last dtmf']);
    emitter.emit(digit());
    expect(seen).toEqual(['last dtmf', 'added dtmf']);
  });

  test('taking back what was never registered does nothing', () => {
    const { emitter, note } = setUp();
    expect(() => emitter.off('dtmf', note('never'))).not.toThrow();
  });
});

describe('a listener that fails', () => {
  test('harms no other, nor the one who emits, and is logged', () => {
    const { emitter, seen, note, logged } = setUp();
    emitter.on('dtmf', () => {
      throw new Error('in the listener');
    });
    emitter.on('dtmf', note('next'));
    emitter.emit(digit());
    expect([seen, logged]).toEqual([['next dtmf'], [['error', 'a listener for "dtmf" failed', { error: 'in the listener' }]]]);
  });

  test('by rejecting is logged too', async () => {
    const { emitter, logged } = setUp();
    emitter.on('dtmf', () => Promise.reject(new Error('later')));
    emitter.on('dtmf', async () => Promise.reject('text'));
    emitter.emit(digit());
    await new Promise(setImmediate);
    expect(logged.map(([, , fields]) => fields)).toEqual([{ error: 'later' }, { error: 'text' }]);
  });
});

describe('an error event', () => {
  test('without a listener is logged', () => {
    const { emitter, logged } = setUp();
    emitter.emit(failed);
    expect(logged).toEqual([
      ['error', 'stt failed', { error: { name: 'APIConnectionError', message: 'acme: lost', kind: 'connection' }, recoverable: true }],
    ]);
  });

  test('with one is not', () => {
    const { emitter, logged, note } = setUp();
    const listener = note('listener');
    emitter.on('error', listener);
    emitter.emit(failed);
    expect(logged).toEqual([]);
    emitter.off('error', listener);
    emitter.emit(failed);
    expect(logged).toHaveLength(1);
  });
});

describe('the iterable', () => {
  test('gives all events from now on, and ends when the session has closed', async () => {
    const { emitter } = setUp();
    emitter.emit(digit('before'));
    const events = emitter.events();
    emitter.emit(digit('1'));
    emitter.emit(created);
    emitter.close();
    const seen: string[] = [];
    for await (const event of events) seen.push(event.type);
    expect(seen).toEqual(['dtmf', 'speech-created']);
  });

  test('can be read by several at once, each for itself', async () => {
    const { emitter } = setUp();
    const [one, other] = [emitter.events(), emitter.events()];
    emitter.emit(digit());
    emitter.close();
    expect([await one.next(), await other.next()]).toMatchObject([{ value: { type: 'dtmf' } }, { value: { type: 'dtmf' } }]);
    expect([await one.next(), await other.next()]).toMatchObject([{ done: true }, { done: true }]);
  });

  test('made after the close has ended', async () => {
    const { emitter } = setUp();
    emitter.close();
    expect(await emitter.events().next()).toMatchObject({ done: true });
  });

  test('keeps the newest 10,000 for a reader who does not read', async () => {
    const { emitter } = setUp();
    const events = emitter.events();
    for (let index = 0; index < 10_003; index += 1) emitter.emit(digit(String(index)));
    emitter.close();
    const seen: AgentEvent[] = [];
    for await (const event of events) seen.push(event);
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([10_000, digit('3'), digit('10002')]);
  });

  test('that its reader has left takes no more', async () => {
    const { emitter } = setUp();
    const events = emitter.events();
    emitter.emit(digit());
    for await (const event of events) if (event.type === 'dtmf') break;
    emitter.emit(digit());
    expect(await events.next()).toMatchObject({ done: true });
  });
});
