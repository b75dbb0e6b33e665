// The program of an application: its agent says in the room which version it is, and stays until the call is over.
import { defineAgent } from '@parley/core/worker';
import { liveKitRoom } from '@parley/livekit';
import { runApp } from '@parley/cli';
import { version } from './version.js';

export default defineAgent({
  async entry(context) {
    const room = await context.connect();
    await liveKitRoom(room).localParticipant?.setAttributes({ version, metadata: context.info.metadata });
  },
});

void runApp({
  agent: import.meta.url,
  onRegistered: () => 'ready for calls',
  agentName: 'trial',
  port: null,
  idleProcesses: 0,
  initializeTimeoutMs: 60_000,
});
