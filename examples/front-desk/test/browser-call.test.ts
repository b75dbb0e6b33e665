import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentEvent, type AgentState, textOf } from '@parley/core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasLiveKitServer } from '../../../scripts/livekit-server/has-livekit-server.mjs';
import { wavFile } from '../scripts/wav-file.js';
import { createModels } from '../src/models.js';
import { hasChromium, launchChromium } from './browser/chromium.js';
import { servePage } from './browser/page-server.js';
import { answerCall } from './room/answered-call.js';
import { callerLines, callerSampleRate } from './room/caller-lines.js';
import { RoomServer } from './room/room-server.js';
import { after, until } from './room/until.js';

/** What the page keeps of what it saw and heard. */
interface Seen {
  readonly states: readonly string[];
  readonly name: string;
  readonly transcripts: Readonly<
    Record<string, { readonly isUser: boolean; readonly from: string; readonly text: string; readonly isFinal: boolean }>
  >;
  readonly levels: readonly { readonly at: number; readonly level: number }[];
  readonly problems: readonly string[];
}

const question = 'hello what time do you open on sunday';
const greeting = 'Good evening, this is the Copper Kettle. How can I help you?';
const answer = 'On Sunday we are open from noon until ten in the evening.';
/** Of the agent's voice, whose loudest vowels have 0.2; its pauses are below 0.001. */
const audible = 0.01;

/** The first question of the recorded caller, said once: 200 ms after the microphone was opened. */
const line = callerLines()[0] ?? { samples: new Int16Array(0) };
function microphoneFile(path: string): void {
  const samples = new Int16Array(60 * callerSampleRate);
  samples.set(line.samples, callerSampleRate / 5);
  writeFileSync(path, wavFile(samples, callerSampleRate));
}

describe.skipIf(!hasLiveKitServer() || !hasChromium())("a caller in a browser, on LiveKit's own client", () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-browser-'));
  const microphone = join(folder, 'microphone.wav');
  const models = createModels();
  let server: RoomServer;
  let site: Awaited<ReturnType<typeof servePage>>;
  let page: Page;

  beforeAll(async () => {
    microphoneFile(microphone);
    [server, site] = await Promise.all([RoomServer.start(), servePage(), models.prewarm()]);
  }, 60_000);
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await models.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const open = async (room: string) => {
    // One for each test: what its microphone has played is over for all of its pages.
    const browser = await launchChromium(microphone);
    page = await browser.newPage();
    onTestFinished(async ({ task }) => {
      const hasFailed = task.result?.state === 'fail';
      if (hasFailed) process.stdout.write(`the page saw ${JSON.stringify({ ...(await seen()), levels: [] })}\n`);
      await browser.close();
    });
    await page.goto(site.url);
    const token = await server.token(room, 'caller-1');
    return () => page.evaluate(`window.caller.join(${JSON.stringify(server.url)}, ${JSON.stringify(token)}).then(() => {})`);
  };
  const seen = () => page.evaluate<Seen>('window.caller.seen');
  const act = (what: string) => page.evaluate(`window.caller.${what}.then(() => {})`);
  /** What the page shows of one side once it is final. */
  const finals = async (side: 'user' | 'agent') =>
    Object.values((await seen()).transcripts).flatMap((one) => (one.isFinal && one.isUser === (side === 'user') ? [one.text] : []));

  test('sees and hears the agent, cuts it off, is understood, types, and hangs up', { timeout: 60_000 }, async () => {
    const join = await open('talk');
    await join();
    await using call = await answerCall(await server.joinAsAgent('talk'), models, { hasEcho: false });
    await until('the greeting is heard', async () => (await seen()).levels.filter(isAudible).length > 20);
    expect((await seen()).states.at(-1)).toBe('speaking');
    await act('openMicrophone(false)');
    await until('the answer is read', async () => (await finals('agent')).includes(answer));
    await act("type('what did i book')");
    await until('the second answer is read', async () => (await finals('agent')).length === 3);
    const { states, name, levels, problems } = await seen();
    const read = { user: await finals('user'), agent: await finals('agent') };
    await act('leave()');
    await call.over;

    expect(problems).toEqual([]);
    expect(name).toBe('The Copper Kettle');
    // What lasts too short to be sent is left out.
    const spokenOrNot = states.filter((state) => state === 'listening' || state === 'speaking');
    expect(spokenOrNot).toEqual(['listening', 'speaking', 'listening', 'speaking', 'listening', 'speaking', 'listening']);
    expect(states).toContain('thinking');
    expect(read.user).toEqual([question, 'what did i book']);
    expect(read.agent).toEqual(repliesOf(call.events));
    expect(greeting.startsWith(read.agent[0] ?? '')).toBe(true);
    expect(read.agent[0]?.length).toBeLessThan(greeting.length);

    const [cutAt = 0] = changesTo('listening', call.events).slice(1);
    const [, answeredAt = 0, secondAt = 0] = changesTo('speaking', call.events);
    const heardBetween = (from: number, to: number) => levels.filter(({ at }) => at > from && at < to);
    const silence = heardBetween(cutAt + 500, answeredAt);
    expect(silence.length).toBeGreaterThan(20);
    expect(silence.filter(isAudible)).toEqual([]);
    const spoken = heardBetween(answeredAt, secondAt);
    expect(spoken.filter(isAudible).length).toBeGreaterThan(spoken.length / 2);
    expect(call.events.at(-1)).toMatchObject({ type: 'close', reason: 'input-ended' });
  });

  test('is understood from before the agent was there', { timeout: 60_000 }, async () => {
    const join = await open('early');
    await Promise.all([join(), act('openMicrophone(true)')]);
    // All of it is said before anybody hears it.
    await after(200 + (line.samples.length * 1000) / callerSampleRate + 300);
    await using call = await answerCall(await server.joinAsAgent('early'), models, { hasEcho: false });
    await until('the answer is read', async () => (await finals('agent')).includes(answer));
    expect(await finals('user')).toEqual([question]);
    expect((await seen()).problems).toEqual([]);
    expect(call.book.booking).toBeUndefined();
  });
});

const isAudible = ({ level }: { readonly level: number }): boolean => level > audible;
const changesTo = (state: AgentState, events: readonly AgentEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'agent-state-changed' && event.newState === state ? [event.createdAt] : []));
const repliesOf = (events: readonly AgentEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'assistant'
      ? [textOf(event.item.content)]
      : [],
  );
