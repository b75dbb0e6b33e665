// The program of an application whose agent answers whatever the caller says with one sentence, a tone of half a second.
import type { AudioFrame } from '@parley/core/provider';
import { realClock } from '@parley/core';
import { defineAgent } from '@parley/core/worker';
import { roomIO } from '@parley/livekit';
import { runApp } from '@parley/cli';

const sampleRate = 24_000;
const frameMs = 20;
const samples = Int16Array.from({ length: (frameMs * sampleRate) / 1000 }, (_, index) =>
  Math.round(8000 * Math.sin((2 * Math.PI * 400 * index) / sampleRate)),
);
const isLoud = ({ samples: heard }: AudioFrame) => heard.some((sample) => Math.abs(sample) > 2000);

export default defineAgent({
  async entry(context) {
    const room = await context.connect();
    room.onEvent(({ type }) => void (type === 'participant-left' && context.shutdown('the caller has hung up')));
    const io = roomIO(room);
    context.addShutdownCallback(() => io[Symbol.asyncDispose]());
    await context.waitForParticipant();
    let loud = 0;
    for await (const chunk of io.audioInput?.read({ sampleRates: [16_000], clock: realClock }) ?? []) {
      if (chunk.type === 'audio' && isLoud(chunk.frame)) loud += 1;
      if (loud >= 10) break;
    }
    io.transcriptOutput?.write({ speaker: 'user', segmentId: 'asked', text: 'how long are you open', final: true });
    for (let atMs = 0; atMs < 500; atMs += frameMs) await io.audioOutput?.write('answer', { samples, sampleRate, channels: 1, atMs });
    io.audioOutput?.end('answer');
    io.transcriptOutput?.write({ speaker: 'agent', segmentId: 'answered', text: `until six, ${context.info.metadata}`, final: true });
  },
});

void runApp({
  agent: import.meta.url,
  onRegistered: () => 'ready for calls',
  agentName: 'answering',
  port: null,
  idleProcesses: 0,
  loadThreshold: null,
  initializeTimeoutMs: 60_000,
});
