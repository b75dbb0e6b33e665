import { RoomEvent, SimulateScenarioKind } from '@livekit/rtc-node';
import { AgentSession } from '@parley/core';
import type { AudioChunk, AudioInput, AudioOutput, JobRoom, PlayoutEvent } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { liveKitRoom } from '../joined-room.js';
import { after, RoomTrial, until } from './__fixtures__/room-trial.js';
import { tone, type TrialCaller } from './__fixtures__/trial-caller.js';
import { publishAgentState } from './publish-agent-state.js';
import { roomIO } from './room-io.js';
import type { RoomIOOptions } from './room-io-options.js';
import type { TranscriptPart } from './transcript-steps.js';

const outputRate = 24_000;

const watchedEvents = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.DtmfReceived,
  RoomEvent.Reconnected,
  RoomEvent.Disconnected,
];

/** Reads on in the background. */
function listenTo(input: AudioInput | undefined, sampleRates = [16_000]) {
  const chunks: AudioChunk[] = [];
  const state = { hasEnded: false };
  const read = async () => {
    for await (const chunk of input?.read({ sampleRates, clock: realClock }) ?? []) chunks.push(chunk);
    state.hasEnded = true;
  };
  void read();
  const isLoud = (chunk: AudioChunk) => chunk.type === 'audio' && chunk.frame.samples.some((sample) => Math.abs(sample) > 2000);
  return { chunks, state, isLoud, loudCount: () => chunks.filter(isLoud).length };
}

const stretchOf = (chunk: AudioChunk) =>
  chunk.type === 'gap'
    ? { atMs: chunk.atMs, durationMs: chunk.durationMs }
    : { atMs: chunk.frame.atMs, durationMs: (chunk.frame.samples.length * 1000) / chunk.frame.sampleRate };

function eventsOf(output: AudioOutput | undefined): PlayoutEvent[] {
  const events: PlayoutEvent[] = [];
  const read = async () => {
    for await (const event of output?.events ?? []) events.push(event);
  };
  void read();
  return events;
}

/** As a session does: waits when it is asked to. */
async function speak(output: AudioOutput | undefined, segmentId: string, lengthMs: number): Promise<void> {
  const samples = tone(lengthMs, outputRate);
  const length = (20 * outputRate) / 1000;
  for (let from = 0; from < samples.length; from += length) {
    const frame = { samples: samples.slice(from, from + length), sampleRate: outputRate, channels: 1, atMs: (from * 1000) / outputRate };
    await output?.write(segmentId, frame);
  }
}

/** The agent speaks once the caller's library has subscribed to its track anew: what is said before is lost to it. */
async function hearAgent(room: JobRoom, output: AudioOutput | undefined, caller: TrialCaller): Promise<void> {
  const received = () => [...caller.room.remoteParticipants.values()].flatMap(({ trackPublications }) => [...trackPublications.values()]);
  await until('the track at the caller', () => received().some(({ sid, track }) => track && publicationsOf(room).includes(sid ?? '')));
  const startMs = realClock.now();
  await speak(output, 'a', 400);
  await until('the agent', () => caller.firstSound(startMs));
}

const publicationsOf = (room: JobRoom) => [...(liveKitRoom(room).localParticipant?.trackPublications.keys() ?? [])];

/**
 * Loses the signal connection until it was resumed: a library that is kept waiting on a busy machine makes all anew, the participant's id as
 * well, and that is another case. Gives what was published before.
 */
async function afterResume(room: JobRoom): Promise<readonly string[]> {
  let reconnects = 0;
  room.onEvent(({ type }) => void (reconnects += type === 'reconnected' ? 1 : 0));
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await until('published', () => publicationsOf(room).length > 0);
    const [participant, published] = [liveKitRoom(room).localParticipant?.sid, publicationsOf(room)];
    await liveKitRoom(room).simulateScenario(SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT);
    await until('reconnected', () => reconnects === attempt);
    if (liveKitRoom(room).localParticipant?.sid === participant) return published;
  }
  throw new Error('five times the connection was made anew, and never resumed');
}

describe.skipIf(!hasLiveKitServer())('roomIO in a room of a LiveKit server', () => {
  let trial: RoomTrial;
  beforeAll(async () => {
    trial = await RoomTrial.start();
  });
  afterEach(() => trial.clear());
  afterAll(() => trial[Symbol.asyncDispose]());

  const open = async (options: RoomIOOptions = {}) => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name);
    const io = trial.own(roomIO(room, options));
    return { name, room, io };
  };

  test('the caller is heard at the rate asked for; what is not there yet is told as gaps, in real time and without holes', async () => {
    const { name, io } = await open();
    const startMs = realClock.now();
    const heard = listenTo(io.audioInput);
    const caller = await trial.joinCaller(name);
    await caller.publish();
    await until('the caller is found', () => io.caller);
    await until('frames', () => heard.chunks.some(({ type }) => type === 'audio'));
    await caller.speak(500);
    await until('the tone', () => heard.loudCount() >= 24);
    const elapsedMs = realClock.now() - startMs;
    expect(heard.chunks[0]).toMatchObject({ type: 'gap', atMs: 0 });
    let endMs = 0;
    for (const { atMs, durationMs } of heard.chunks.map(stretchOf)) {
      expect(atMs).toBeCloseTo(endMs, 6);
      expect(durationMs).toBeLessThanOrEqual(100);
      endMs += durationMs;
    }
    expect(new Set(heard.chunks.map((chunk) => (chunk.type === 'audio' ? chunk.frame.sampleRate : 16_000)))).toEqual(new Set([16_000]));
    expect(Math.abs(endMs - elapsedMs)).toBeLessThan(150);
  });

  test('a caller who is muted is told as gaps, and heard again once they are not', async () => {
    const { name, io } = await open();
    const heard = listenTo(io.audioInput);
    const caller = await trial.joinCaller(name);
    await caller.publish();
    await until('frames', () => heard.chunks.some(({ type }) => type === 'audio'));
    await trial.rooms.mutePublishedTrack(name, 'caller-1', caller.publication?.sid ?? '', true);
    await until('gaps', () => heard.chunks.slice(-4).every(({ type }) => type === 'gap'));
    expect(heard.state.hasEnded).toBe(false);
    await trial.rooms.mutePublishedTrack(name, 'caller-1', caller.publication?.sid ?? '', false);
    await until('frames', () => heard.chunks.slice(-4).every(({ type }) => type === 'audio'));
    await caller.speak(300);
    await until('the tone', () => heard.loudCount() > 10);
  });

  test('the input ends when the caller hangs up, not when a listener beside them does', async () => {
    const { name, io } = await open();
    const heard = listenTo(io.audioInput);
    const caller = await trial.joinCaller(name);
    await caller.publish();
    await until('the caller is found', () => io.caller);
    const other = await trial.joinCaller(name, 'other');
    await other.publish();
    await other.leave();
    await after(200);
    expect(heard.state.hasEnded).toBe(false);
    await caller.leave();
    await until('the end', () => heard.state.hasEnded);
    expect(io.caller).toBeUndefined();
  });

  test('a caller who joins anew under their identity is heard again', async () => {
    const { name, io } = await open();
    const heard = listenTo(io.audioInput);
    const first = await trial.joinCaller(name);
    await first.publish();
    await until('the caller is found', () => io.caller);
    const again = await trial.joinCaller(name);
    await again.publish();
    await after(300);
    const before = heard.loudCount();
    await again.speak(300);
    await until('the tone', () => heard.loudCount() > before + 10);
    expect(heard.state.hasEnded).toBe(false);
  });

  test('a caller whom the server removes is not waited for', async () => {
    const { name, io } = await open();
    const heard = listenTo(io.audioInput);
    const caller = await trial.joinCaller(name);
    await until('the caller is found', () => io.caller);
    await trial.rooms.removeParticipant(name, caller.room.localParticipant?.identity ?? '');
    await until('the end', () => heard.state.hasEnded);
    expect(io.caller).toBeUndefined();
  });

  test('S029: a caller on a telephone is known as one: there is no echo to warm up for, as with others', async () => {
    const { name, io } = await open();
    expect(io.aecWarmupMs).toBe(3000);
    const telephone = await trial.joinCaller(name, 'telephone', 'sip');
    await telephone.publish();
    await until('the caller is found', () => io.caller);
    expect([io.caller?.kind, io.aecWarmupMs]).toEqual(['sip', null]);
  });

  test('the room that ends ends the input', async () => {
    const { name, room, io } = await open();
    const heard = listenTo(io.audioInput);
    await until('published', () => liveKitRoom(room).localParticipant?.trackPublications.size === 1);
    await trial.rooms.deleteRoom(name);
    await until('the end', () => heard.state.hasEnded);
    expect(heard.chunks.every(({ type }) => type === 'gap')).toBe(true);
  });

  test('in a room where nothing is subscribed to by itself the caller is heard all the same', async () => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name, { autoSubscribe: 'none' });
    const io = trial.own(roomIO(room));
    const heard = listenTo(io.audioInput);
    const caller = await trial.joinCaller(name);
    await caller.publish();
    await until('frames', () => heard.chunks.some(({ type }) => type === 'audio'));
    expect(io.caller?.identity).toBe('caller-1');
  });

  test('the agent is heard from the first word on, and its playout is acknowledged to the sample', async () => {
    const { name, io } = await open();
    const events = eventsOf(io.audioOutput);
    // Written before anybody is there to hear it.
    const speaking = speak(io.audioOutput, 'a', 600);
    const caller = await trial.joinCaller(name);
    await speaking;
    io.audioOutput?.end('a');
    await until('the end', () => events.some(({ type }) => type === 'finished'));
    await until('silence', () => caller.silence());
    expect(events[0]).toEqual({ type: 'started', segmentId: 'a' });
    expect(events.at(-1)).toEqual({ type: 'finished', segmentId: 'a', playedMs: 600, complete: true });
    expect(caller.heard.filter(({ isLoud }) => isLoud).length).toBeGreaterThan(50);
  });

  test('a frame that is a part of a larger buffer is heard, and not what the buffer begins with', async () => {
    const { name, io } = await open();
    const caller = await trial.joinCaller(name);
    const length = (20 * outputRate) / 1000;
    const buffer = new Int16Array(16 * length);
    buffer.set(tone(300, outputRate), length);
    for (let from = length; from < buffer.length; from += length)
      await io.audioOutput?.write('a', { samples: buffer.subarray(from, from + length), sampleRate: outputRate, channels: 1, atMs: 0 });
    await until('the agent', () => caller.firstSound(0));
    await after(400);
    expect(caller.heard.filter(({ isLoud }) => isLoud).length).toBeGreaterThan(20);
  });

  test.each([
    ['a full reconnect', SimulateScenarioKind.SIMULATE_FULL_RECONNECT],
    ["the failure of the room's node", SimulateScenarioKind.SIMULATE_NODE_FAILURE],
  ])('S176: after %s there is one publication, and both sides are heard', { timeout: 30_000 }, async (_what, scenario) => {
    const { name, room, io } = await open();
    const heard = listenTo(io.audioInput);
    const caller = await trial.joinCaller(name);
    await caller.publish();
    await until('frames', () => heard.chunks.some(({ type }) => type === 'audio'));
    const events: string[] = [];
    room.onEvent(({ type }) => void events.push(type));
    await liveKitRoom(room).simulateScenario(scenario);
    await until('reconnected', () => events.includes('reconnected'));
    await until('the caller is found again', () => io.caller);
    await after(500);
    // Their track is received anew: what they say before is lost.
    await until('frames', () => heard.chunks.at(-1)?.type === 'audio');
    const before = heard.loudCount();
    await caller.speak(300);
    await until('the caller', () => heard.loudCount() > before + 10);
    await hearAgent(room, io.audioOutput, caller);
    expect(events.filter((type) => type === 'reconnected')).toHaveLength(1);
    expect(liveKitRoom(room).localParticipant?.trackPublications.size).toBe(1);
    const [agent] = (await trial.rooms.listParticipants(name)).filter(({ identity }) => identity === 'agent-1');
    expect(agent?.tracks).toHaveLength(1);
    expect(heard.state.hasEnded).toBe(false);
  });

  test('S176: a resume keeps the publication, and the agent is heard', async () => {
    const { name, room, io } = await open();
    const caller = await trial.joinCaller(name);
    const published = await afterResume(room);
    await hearAgent(room, io.audioOutput, caller);
    expect(published).toHaveLength(1);
    expect(publicationsOf(room)).toEqual(published);
  });

  test("transcripts of both sides reach the caller; the agent's final text is what was heard", async () => {
    const { name, room, io } = await open();
    const caller = await trial.joinCaller(name);
    await caller.publish();
    await until('the caller is found', () => io.caller);
    await until('the track', () => [...(liveKitRoom(room).remoteParticipants.get('caller-1')?.trackPublications.values() ?? [])][0]?.track);
    await until('published', () => liveKitRoom(room).localParticipant?.trackPublications.size === 1);
    const write = (part: TranscriptPart) => io.transcriptOutput?.write(part);
    write({ speaker: 'user', segmentId: 'u1', text: 'a table', final: false });
    await until('the interim', () => caller.transcripts.length === 1);
    write({ speaker: 'user', segmentId: 'u1', text: 'A table.', final: true });
    write({ speaker: 'agent', segmentId: 'a1', text: 'For how', final: false });
    write({ speaker: 'agent', segmentId: 'a1', text: 'For how many people', final: false });
    write({ speaker: 'agent', segmentId: 'a1', text: 'For how many', final: true });
    await until('all', () => caller.transcripts.length === 4);
    const [interim, final, stream, whole] = caller.transcripts;
    expect([interim?.text, final?.text, stream?.text, whole?.text]).toEqual(['a table', 'A table.', 'For how many people', 'For how many']);
    expect([interim, final, stream, whole].map((one) => one?.attributes['lk.transcription_final'])).toEqual([
      'false',
      'true',
      'false',
      'true',
    ]);
    expect(interim?.attributes['lk.segment_id']).toMatch(/^SG_[0-9a-f]{8}_u1$/);
    expect(final?.attributes['lk.segment_id']).toBe(interim?.attributes['lk.segment_id']);
    expect(whole?.attributes['lk.segment_id']).toBe(stream?.attributes['lk.segment_id']);
    expect(interim?.attributes['lk.transcribed_track_id']).toBe(caller.publication?.sid);
    expect(whole?.attributes['lk.transcribed_track_id']).toMatch(/^TR_/);
    expect(whole?.attributes['lk.transcribed_track_id']).not.toBe(caller.publication?.sid);
  });

  test('what the caller types and dials is read, and nothing of others', async () => {
    const { name, io } = await open();
    const caller = await trial.joinCaller(name);
    await until('the caller is found', () => io.caller);
    const other = await trial.joinCaller(name, 'other');
    const messages: unknown[] = [];
    const read = async () => {
      for await (const message of io.textInput?.messages ?? []) messages.push(message);
    };
    const reading = read();
    await other.room.localParticipant?.sendText('let me in', { topic: 'lk.chat' });
    await other.room.localParticipant?.publishDtmf(1, '1');
    await caller.room.localParticipant?.sendText('a table for two', { topic: 'lk.chat' });
    await until('the text', () => messages.length === 1);
    await caller.room.localParticipant?.publishDtmf(5, '5');
    await until('both', () => messages.length === 2);
    await io[Symbol.asyncDispose]();
    await reading;
    expect(messages).toEqual([
      { type: 'text', text: 'a table for two', from: 'caller-1' },
      { type: 'dtmf', digit: '5' },
    ]);
  });

  test("the agent's state and name stand in its attributes", async () => {
    const { name, room } = await open();
    const caller = await trial.joinCaller(name);
    const states: (string | undefined)[] = [];
    const attributes = () => caller.room.remoteParticipants.get('agent-1')?.attributes ?? {};
    caller.room.on('participantAttributesChanged', ({ 'lk.agent.state': state }) => void (state !== undefined && states.push(state)));
    const session = new AgentSession();
    trial.own(publishAgentState(room, session, { name: 'Ada' }));
    await until('the first state', () => attributes()['lk.agent.state'] === 'initializing');
    expect(attributes()['lk.agent.name']).toBe('Ada');
    await session.close();
    await until('the last state', () => attributes()['lk.agent.state'] === 'idle');
    expect(states).toEqual(['initializing', 'idle']);
  });

  test('S177: what is closed leaves no listener in the room, and can be made anew', async () => {
    const { room, io } = await open();
    const inner = liveKitRoom(room);
    const count = () => watchedEvents.reduce((sum, name) => sum + inner.listenerCount(name), 0);
    const withIO = count();
    listenTo(io.audioInput);
    await io[Symbol.asyncDispose]();
    await io[Symbol.asyncDispose]();
    const without = count();
    expect(without).toBeLessThan(withIO);
    const again = roomIO(room);
    expect(count()).toBe(withIO);
    await again[Symbol.asyncDispose]();
    expect(count()).toBe(without);
    expect(inner.localParticipant?.trackPublications.size).toBe(0);
  });

  test('measured: first sound at the listener, and silence after clear()', { timeout: 60_000 }, async () => {
    const { name, io } = await open();
    const events = eventsOf(io.audioOutput);
    const caller = await trial.joinCaller(name);
    await speak(io.audioOutput, 'warm', 100);
    io.audioOutput?.end('warm');
    await until('silence', () => caller.silence());
    const figures: { soundMs: number; silenceMs: number; playedMs: number; spokenMs: number }[] = [];
    for (let run = 0; run < 10; run += 1) {
      const segmentId = `run-${run}`;
      const startMs = realClock.now();
      const speaking = speak(io.audioOutput, segmentId, 2000);
      await after(700);
      const clearMs = realClock.now();
      io.audioOutput?.clear();
      await speaking;
      const lastMs = await until('silence', () => caller.silence());
      const finished = await until('finished', () => events.find((event) => event.type === 'finished' && event.segmentId === segmentId));
      figures.push({
        soundMs: (caller.firstSound(startMs) ?? Infinity) - startMs,
        silenceMs: lastMs - clearMs,
        playedMs: finished.type === 'finished' ? finished.playedMs : 0,
        spokenMs: clearMs - startMs,
      });
    }
    const of = (values: number[]) => {
      const sorted = values.toSorted((a, b) => a - b);
      return `median ${sorted[5]?.toFixed(0)} ms, ${sorted[0]?.toFixed(0)} to ${sorted.at(-1)?.toFixed(0)}`;
    };
    const sound = of(figures.map(({ soundMs }) => soundMs));
    const silence = of(figures.map(({ silenceMs }) => silenceMs));
    process.stdout.write(`first write → first sound at the listener: ${sound}\nclear() → silence at the listener: ${silence}\n`);
    // A machine that is busy with other things makes a writer late, and less is played; never more than there was time for.
    for (const { playedMs, spokenMs, soundMs, silenceMs } of figures) {
      expect(playedMs).toBeLessThan(spokenMs + 5);
      expect(playedMs).toBeGreaterThan(spokenMs / 2);
      expect(soundMs).toBeLessThan(1000);
      expect(silenceMs).toBeLessThan(1000);
    }
  });
});
