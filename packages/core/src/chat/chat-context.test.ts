import { describe, expect, test } from 'vitest';
import { ChatContext, textOf } from './chat-context.js';

const booked = ChatContext.empty()
  .append({ role: 'system', content: 'Be brief.' })
  .append({ role: 'user', content: 'A table, please.' })
  .append({ role: 'assistant', content: 'Booking.', toolCalls: [{ callId: 'c1', name: 'book', argumentsJson: '{}' }] })
  .append({ role: 'tool', name: 'book', toolCallId: 'c1', content: 'done' });

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

  test('S162 removes by id or item, and names an unknown id', () => {
    const [first, second] = booked.items;
    expect(first && second && booked.remove(first.id).remove(second).items).toHaveLength(3);
    expect(() => booked.remove('nobody')).toThrow(/"nobody"/);
  });

  test('cut to its end keeps the instructions and no output without its call', () => {
    expect(booked.truncate({ maxItems: 1 }).items.map((item) => item.type)).toEqual(['message']);
    expect(booked.truncate({ maxItems: 2 }).items.map((item) => item.type)).toEqual(['message', 'tool-call', 'tool-output']);
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

  test('says where broken JSON is broken', () => {
    expect(() => ChatContext.fromJSON({ items: [{ type: 'letter' }] })).toThrow(/items\[0\]\.type is "letter"/);
    expect(() => ChatContext.fromJSON([])).toThrow(/"items"/);
  });

  test('is equivalent to one that says the same at another time', () => {
    const say = (content: string, createdAtMs: number) => ChatContext.empty().append({ role: 'user', content, createdAtMs });
    expect(say('Hi', 1).isEquivalent(say('Hi', 2))).toBe(true);
    expect(say('Hi', 1).isEquivalent(say('Ho', 1))).toBe(false);
  });
});
