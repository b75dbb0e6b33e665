import { describe, expect, test } from 'vitest';
import { ChatContext, textOf } from './chat-context.js';
import { summaryMark } from './summary-mark.js';

const booked = ChatContext.empty()
  .append({ role: 'system', content: 'Be brief.' })
  .append({ role: 'user', content: 'A table, please.' })
  .append({ role: 'assistant', content: 'Booking.', toolCalls: [{ callId: 'c1', name: 'book', argumentsJson: '{}' }] })
  .append({ role: 'tool', name: 'book', toolCallId: 'c1', content: 'done' });

/** As from JavaScript, where nothing is checked beforehand. */
function call(target: object, method: string, args: readonly unknown[]): unknown {
  const called: unknown = Reflect.get(target, method);
  return typeof called === 'function' ? Reflect.apply(called, target, args) : undefined;
}

describe('a conversation', () => {
  test('is never changed, only copied', () => {
    const before = ChatContext.empty();
    const after = before.append({ role: 'user', content: 'Hello' });
    expect(before.items).toEqual([]);
    expect(after.messages('user').map((item) => textOf(item.content))).toEqual(['Hello']);
  });

  test('turns an assistant with calls into a message and calls, and role tool into an output', () => {
    expect(booked.items.map((item) => item.type)).toEqual(['message', 'message', 'message', 'tool-call', 'tool-output']);
    expect(booked.ofType('tool-output')[0]?.callId).toBe('c1');
  });

  test('S164 takes a late item in at its time, after those of the same time', () => {
    const at = (id: string, createdAtMs: number) => ({ type: 'message', role: 'user', id, createdAtMs, content: [] }) as const;
    const chat = ChatContext.of([at('a', 1), at('b', 3)]).insert(at('late', 1), at('last', 3));
    expect(chat.items.map((item) => item.id)).toEqual(['a', 'late', 'b', 'last']);
  });

  test('of many messages at once keeps their order, and tools and metadata unless others are given', () => {
    const chat = ChatContext.empty({ tools: { book: 1 } }).copy({ metadata: { call: 'x' } });
    const copied = chat.copy({
      messages: [
        { role: 'user', content: 'Hello', createdAtMs: 5 },
        { role: 'assistant', content: 'Hi' },
        { type: 'agent-handoff', id: 'h', createdAtMs: 7, toAgent: 'desk' },
      ],
    });
    expect(copied.items.map((item) => [item.type, item.createdAtMs])).toEqual([
      ['message', 5],
      ['message', 5],
      ['agent-handoff', 7],
    ]);
    expect([copied.tools, copied.metadata]).toEqual([{ book: 1 }, { call: 'x' }]);
    expect([copied.copy({ tools: { book: 2 } }).tools, copied.copy({ metadata: {} }).metadata]).toEqual([{ book: 2 }, {}]);
  });

  test('has each id once', () => {
    const item = { type: 'agent-handoff', id: 'h', createdAtMs: 0, toAgent: 'desk' } as const;
    expect(() => ChatContext.of([item, item])).toThrow(/"h"/);
    expect(() => ChatContext.of([item]).append(item)).toThrow(/"h"/);
    expect(() => ChatContext.empty().copy({ messages: [item, item] })).toThrow(/"h"/);
    expect(() => ChatContext.empty().insert(item, item)).toThrow(/"h"/);
    expect(() => ChatContext.of([item]).insert(item)).toThrow(/"h"/);
  });

  test('knows its own ids, and not those of another that was made from the same one', () => {
    const at = (id: string) => ({ type: 'message', role: 'user', id, createdAtMs: 1, content: [] }) as const;
    const stem = ChatContext.empty().insert(at('a'));
    const branch = stem.insert(at('b'));
    const other = stem.insert(at('c')).insert(at('b'));
    expect([stem, branch, other].map(({ items }) => items.map(({ id }) => id).join(''))).toEqual(['a', 'ab', 'acb']);
    for (const chat of [branch, other]) expect(() => chat.insert(at('b'))).toThrow(/"b"/);
    expect(
      branch
        .remove('a')
        .insert(at('a'))
        .items.map(({ id }) => id),
    ).toEqual(['b', 'a']);
    expect(() => stem.insert(at('d'), at('a'))).toThrow(/"a"/);
    expect(stem.insert(at('d')).items).toHaveLength(2);
  });

  test('gives a model all but hand-offs, wherever items were added since it was last asked', () => {
    const at = (id: string, createdAtMs: number) => ({ type: 'message', role: 'user', id, createdAtMs, content: [] }) as const;
    const handOff = { type: 'agent-handoff', id: 'h', createdAtMs: 3, toAgent: 'desk' } as const;
    const ids = (chat: ChatContext) => chat.toModel().map(({ id }) => id);
    const first = ChatContext.empty().insert(at('a', 1));
    expect(ids(first)).toEqual(['a']);
    const second = first.insert(handOff, at('c', 4));
    expect(ids(second)).toEqual(['a', 'c']);
    expect(ids(second.insert(at('b', 2), at('d', 5)))).toEqual(['a', 'b', 'c', 'd']);
    expect(ids(second.append({ role: 'user', content: 'x' }))).toHaveLength(3);
    second.toModel().pop();
    expect([ids(first), ids(second)]).toEqual([['a'], ['a', 'c']]);
  });

  test.each([
    [{ role: 'tool', content: 'done' }, /toolCallId/],
    [{ role: 'user', content: 'Hi', toolCalls: [{ callId: 'c', name: 'n', argumentsJson: '{}' }] }, /only an assistant/],
    [{ role: 'robot', content: 'Hi' }, /no role "robot"/],
    [{ role: 'user', content: 7 }, /content is not a list/],
    [{ role: 'user', content: [{ type: 'text' }] }, /has no "text"/],
    [{ role: 'assistant', toolCalls: [{ callId: 'c', name: 'n', argumentsJson: {} }] }, /argumentsJson is not a text/],
    [{ type: 'message', id: 'm', createdAtMs: 0 }, /the item has no "role"/],
    [{ role: 'user', contents: 'Hi' }, /a message has no "contents"; known are role, content,/],
    [{ role: 'assistant', toolCalls: 'n' }, /"toolCalls" of a message are no list/],
    [null, /made of messages, \{ role, content \}, and of items/],
    ['Hi', /made of messages, \{ role, content \}, and of items/],
  ])('takes no message that is none: %j', (input, problem) => {
    expect(() => void Reflect.apply(booked.append.bind(booked), undefined, [input])).toThrow(problem);
  });

  test.each([
    ['insert', [{ role: 'user', content: 'Hi' }], /the item.type is undefined/],
    ['insert', [null], /the item is not an object/],
    ['copy', [{ message: [] }], /copy: there is no "message"; known are messages, tools, metadata/],
    ['copy', [{ messages: 'Hi' }], /copy: the items are no list/],
    ['truncate', [], /truncate: give an object with maxItems/],
    ['merge', [{ items: [] }], /merge: what is to be merged is no conversation/],
    ['remove', [], /no item of this conversation has the id undefined/],
  ])('refuses by name what %s cannot take: %j', (method, args, problem) => {
    expect(() => call(booked, method, args)).toThrow(problem);
  });

  test('refuses by name what it cannot be made of', () => {
    expect(() => call(ChatContext, 'of', [[{ id: 'x' }]])).toThrow(/the item.type is undefined/);
    expect(() => call(ChatContext, 'of', [7])).toThrow(/ChatContext.of: the items are no list/);
    expect(() => call(ChatContext, 'empty', [{ tool: 1 }])).toThrow(/ChatContext.empty: there is no "tool"/);
  });

  test('cannot be changed from outside, where nothing is typed', () => {
    expect(() => Reflect.apply(Array.prototype.push, booked.items, [booked.items[0]])).toThrow(TypeError);
    expect(booked.items).toHaveLength(5);
  });

  test('S162 removes by id or item, and names an unknown id', () => {
    const [first, second] = booked.items;
    expect(first && second && booked.remove(first.id).remove(second).items).toHaveLength(3);
    expect(() => booked.remove('nobody')).toThrow(/"nobody"/);
  });

  test('cut to its end keeps the instructions and no output without its call', () => {
    expect(booked.truncate({ maxItems: 1 }).items.map((item) => item.type)).toEqual(['message']);
    expect(booked.truncate({ maxItems: 2 }).items.map((item) => item.type)).toEqual(['message', 'tool-call', 'tool-output']);
  });

  test('cut to its end keeps a summary, and takes no length that is none', () => {
    const summary = { type: 'message', role: 'assistant', id: 's', createdAtMs: 0, content: [], providerMetadata: summaryMark } as const;
    const chat = ChatContext.of([summary, ...booked.items]);
    expect(chat.truncate({ maxItems: 0 }).items.map((item) => item.id)).toEqual(['s', booked.items[0]?.id]);
    expect(chat.truncate({ maxItems: 100 }).items).toEqual(chat.items);
    for (const maxItems of [-1, 1.5, Number.NaN]) expect(() => chat.truncate({ maxItems })).toThrow(/maxItems/);
  });

  test('cut anywhere holds no output without its call, and merged with the rest is whole again', () => {
    const long = Array.from({ length: 6 }, (_entry, turn) => [
      { role: 'user' as const, content: `question ${turn}`, createdAtMs: turn * 10 },
      { role: 'assistant' as const, toolCalls: [{ callId: `c${turn}`, name: 'n', argumentsJson: '{}' }], createdAtMs: turn * 10 + 1 },
      { role: 'tool' as const, toolCallId: `c${turn}`, createdAtMs: turn * 10 + 2 },
    ]).flat();
    const chat = ChatContext.empty().copy({ messages: long });
    for (let maxItems = 0; maxItems <= chat.items.length; maxItems += 1) {
      const cut = chat.truncate({ maxItems });
      const calls = new Set(cut.ofType('tool-call').map((item) => item.callId));
      expect(cut.ofType('tool-output').every((item) => calls.has(item.callId))).toBe(true);
      expect(cut.merge(chat).items).toEqual(chat.items);
    }
  });

  test('merged with another takes what it lacks', () => {
    const more = booked.append({ role: 'user', content: 'Thanks' });
    expect(booked.merge(more).items).toEqual(more.items);
  });

  test('S160 comes back from JSON as it was, bytes and samples included', () => {
    const frame = { samples: Int16Array.of(1, -2), sampleRate: 16_000, channels: 1, atMs: 0 };
    const rich = booked
      .append({
        role: 'user',
        content: [
          { type: 'image', data: Uint8Array.of(1, 2), mediaType: 'image/png' },
          { type: 'audio', frames: [frame] },
        ],
      })
      .append({ role: 'user', content: [{ type: 'image', data: new URL('https://x.example/a.png'), mediaType: 'image/png' }] })
      .append({ type: 'agent-handoff', id: 'h', createdAtMs: 0, toAgent: 'desk' });
    expect(ChatContext.fromJSON(JSON.parse(JSON.stringify(rich))).items).toEqual(rich.items);
  });

  test('S160 comes back from JSON whatever its texts and marks are called', () => {
    const parsed: unknown = JSON.parse('{ "__proto__": 1, "$url": "no address", "$$x": { "$bytes": "AA==" } }');
    const providerMetadata = { fake: { marks: JSON.stringify(parsed), $url: 'no address', $$x: { $bytes: 'AA==' } } };
    const odd = booked
      .append({ type: 'opaque', id: 'o', createdAtMs: 1.5, providerMetadata })
      .append({
        type: 'message',
        role: 'assistant',
        id: 'm',
        createdAtMs: 2,
        interrupted: true,
        content: [{ type: 'text', text: '\u0000"\ud83d' }],
      })
      .copy({ metadata: { $url: 'x', list: [1, null] } });
    const back = ChatContext.fromJSON(JSON.parse(JSON.stringify(odd)));
    expect(back.items).toEqual(odd.items);
    expect(back.metadata).toEqual(odd.metadata);
    expect(back.isEquivalent(odd)).toBe(true);
  });

  const message = { type: 'message', role: 'user', id: 'm', createdAtMs: 1, content: [] };
  test.each([
    [[], /"items"/],
    [null, /"items"/],
    [{ items: [{ type: 'letter' }] }, /items\[0\]\.type is "letter"/],
    [{ items: [{ type: 'toString' }] }, /items\[0\]\.type is "toString"/],
    [{ items: [7] }, /items\[0\] is not an object/],
    [{ items: [message, message] }, /items\[1\]\.id is that of an item before/],
    [{ items: [{ ...message, id: undefined }] }, /items\[0\] has no "id"/],
    [{ items: [{ ...message, role: 'tool' }] }, /items\[0\]\.role is not one of system, developer, user, assistant/],
    [{ items: [{ ...message, createdAtMs: '1' }] }, /items\[0\]\.createdAtMs is not a number/],
    [{ items: [{ ...message, content: 'hi' }] }, /items\[0\]\.content is not a list/],
    [{ items: [{ ...message, content: [{ type: 'text' }] }] }, /content is not a list in which \[0\] has no "text"/],
    [{ items: [{ ...message, content: [{ type: 'image', data: 'x', mediaType: 'image/png' }] }] }, /\.data is not "\$bytes" or "\$url"/],
    [
      { items: [{ ...message, content: [{ type: 'image', data: { $url: 'x' }, mediaType: 'image/png' }] }] },
      /items\[0\] is broken: "\$url"/,
    ],
    [{ items: [{ ...message, content: [{ type: 'audio', frames: [{ samples: { $samples: 'AA==' } }] }] }] }, /1 bytes/],
  ])('JSON that is broken is refused, and where is said: %j', (data, problem) => {
    expect(() => ChatContext.fromJSON(data)).toThrow(TypeError);
    expect(() => ChatContext.fromJSON(data)).toThrow(problem);
  });

  test('is equivalent whatever the order of its fields', () => {
    const { type, role, id, createdAtMs, content } = { ...message, type: 'message' as const, role: 'user' as const };
    const one = ChatContext.of([{ type, role, id, createdAtMs, content: [] }]);
    expect(one.isEquivalent(ChatContext.of([{ content: [], createdAtMs, id, role, type }]))).toBe(true);
    expect(content).toEqual([]);
    expect(one.isEquivalent(ChatContext.empty())).toBe(false);
  });

  test('is equivalent to one that says the same at another time', () => {
    const say = (content: string, createdAtMs: number) => ChatContext.empty().append({ role: 'user', content, createdAtMs });
    expect(say('Hi', 1).isEquivalent(say('Hi', 2))).toBe(true);
    expect(say('Hi', 1).isEquivalent(say('Ho', 1))).toBe(false);
  });
});
