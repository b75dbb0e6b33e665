import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentEvent } from '@parley/core';
import { createLeakCheck } from '@parley/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BookingBook } from '../src/booking-book.js';
import { FrontDesk } from '../src/front-desk.js';
import { runCall } from '../src/run-call.js';
import { checkCall } from './call-checks.js';
import { readRecording, type Recording } from './recording.js';

const folder = mkdtempSync(join(tmpdir(), 'parley-front-desk-'));
const book = new BookingBook();
let events: readonly AgentEvent[] = [];
let recording: Recording;
let page = '';

beforeAll(async () => {
  using leaks = createLeakCheck();
  const inputPath = fileURLToPath(new URL('../caller.wav', import.meta.url));
  const paths = await runCall({
    agent: new FrontDesk(book),
    inputPath,
    outFolder: folder,
    isFast: true,
    screen: { isTTY: false, columns: 100, write: () => true },
    signal: new AbortController().signal,
  });
  await leaks.assertNothingOpen();
  if (paths === undefined) throw new Error('the call did not begin');
  events = readFileSync(paths.jsonl, 'utf8').trim().split('\n').map(parseEvent);
  recording = readRecording(paths.wav);
  page = readFileSync(paths.html, 'utf8');
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Our own file, written by `JSON.stringify`. */
function parseEvent(line: string): AgentEvent {
  const event: AgentEvent = JSON.parse(line);
  return event;
}

// The session starts with the recording.
checkCall(() => ({ book, events, heard: recording.agent, heardFrom: events[0]?.createdAt ?? 0 }), { silenceToleranceMs: 20 });

test('the call is shown in a page: its words, what was never heard of them, and the recording', () => {
  expect(page).toContain('hello what time do you open on sunday');
  expect(page.match(/<del/g)).toHaveLength(1);
  expect(page).toContain('<em>not understood</em>');
  expect(page).toMatch(/<audio[^>]* src="data:audio\/wav;base64,UklGR/);
});
