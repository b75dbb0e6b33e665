import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { realClock } from '@parley/core/provider-kit';
import { Worker } from '@parley/core/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../scripts/livekit-server/has-livekit-server.mjs';
import { type LiveKitServer, startLiveKitServer } from '../../../scripts/livekit-server/start-server.mjs';
import { livekitDispatcher } from './dispatch/livekit-dispatcher.js';
import { after, until } from './room/__fixtures__/room-trial.js';

const timeout = 240_000;
const longMs = 60_000;
const awayMs = 6000;
/** Seconds, at least and at most, as in docs/failures.md, with some for a machine that is busy: until missed; from then to the close, and to the end. */
const expected = [
  [10, 30],
  [14, 20],
  [19, 28],
] as const;

const report = (line: string) => process.stdout.write(`lost caller: ${line}\n`);

/** A process that is stopped answers no packet, as one whose network is gone: what then follows is the server's and the agent's own doing. */
describe.skipIf(!hasLiveKitServer())('a caller whose network is gone', () => {
  let server: LiveKitServer;
  let rooms: RoomServiceClient;
  let worker: Worker;
  let running: Promise<unknown>;
  const callers: ChildProcess[] = [];
  const lines: { readonly atMs: number; readonly room: unknown; readonly text: string }[] = [];

  beforeAll(async () => {
    server = await startLiveKitServer();
    const { url, apiKey, apiSecret } = server;
    rooms = new RoomServiceClient(url.replace('ws:', 'http:'), apiKey, apiSecret);
    worker = new Worker({
      agent: new URL('__fixtures__/waiting-agent.ts', import.meta.url),
      dispatcher: livekitDispatcher({ url, apiKey, apiSecret }),
      port: null,
      idleProcesses: 0,
      load: () => 0,
      initializeTimeoutMs: 60_000,
      logger: {
        log: (level, message, fields) => void lines.push({ atMs: realClock.now(), room: fields?.['room'], text: `${level} ${message}` }),
      },
    });
    running = worker.run();
    await until('the worker', () => worker.status.workerId, longMs);
  }, timeout);
  afterAll(async () => {
    for (const caller of callers) {
      if (caller.exitCode !== null || caller.signalCode !== null) continue;
      const exited = once(caller, 'exit');
      caller.kill('SIGKILL');
      await exited;
    }
    await worker.close();
    await running;
    await server.stop();
  }, timeout);

  /** When the agent of a room has told this, after this moment. */
  const told = (room: string, text: string, sinceMs: number): Promise<number> => {
    const isIt = (line: (typeof lines)[number]) => line.room === room && line.text === `info ${text}` && line.atMs > sinceMs;
    return until(`${room}: ${text}`, () => lines.find(isIt)?.atMs, longMs);
  };

  /** Once the agent hears them. */
  const call = async (room: string): Promise<ChildProcess> => {
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity: `caller-${room}` });
    token.addGrant({ roomJoin: true, room });
    const caller = fork(fileURLToPath(new URL('__fixtures__/speaking-caller.ts', import.meta.url)), [server.url, await token.toJwt()], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--conditions=@parley/source', '--import=tsx'],
    });
    callers.push(caller);
    await told(room, 'the caller is speaking', 0);
    return caller;
  };

  test(
    'is waited for, then let go: nothing is left of the call; one who is back in time goes on where they were',
    { timeout },
    async () => {
      const [lost, back] = await Promise.all([call('lost'), call('back')]);
      const goneMs = realClock.now();
      lost.kill('SIGSTOP');
      back.kill('SIGSTOP');
      await after(awayMs);
      const backMs = realClock.now();
      back.kill('SIGCONT');
      report(`back after ${awayMs} ms, heard ${Math.round((await told('back', 'the caller is speaking', backMs)) - backMs)} ms later`);

      const missedMs = await told('lost', 'the caller is missed', goneMs);
      const closedMs = await told('lost', 'the session has closed: input-ended', missedMs);
      const endedMs = await told('lost', 'a job has succeeded', closedMs);
      const seconds = [missedMs - goneMs, closedMs - missedMs, endedMs - missedMs].map((ms) => ms / 1000);
      report(`missed after ${seconds[0]} s; the session closed ${seconds[1]} s after that, the room and the job ${seconds[2]} s`);
      for (const [index, [least, most]] of expected.entries()) {
        expect(seconds[index]).toBeGreaterThan(least);
        expect(seconds[index]).toBeLessThan(most);
      }
      expect((await rooms.listRooms()).map(({ name }) => name)).toEqual(['back']);
      expect(worker.status).toMatchObject({ activeJobs: 1, counts: { jobsSucceeded: 1, jobsFailed: 0, jobsRedispatched: 0 } });
      expect(
        lines.filter(({ room, text, atMs }) => room === 'back' && atMs > goneMs && !/the caller is (speaking|listening)$/.test(text)),
      ).toEqual([]);

      await rooms.deleteRoom('back');
      await until('the end', () => worker.status.activeJobs === 0 && worker.status.processes.busy === 0, longMs);
      // Of calls: on a busy machine a process may not answer its worker at once.
      expect(lines.filter(({ room, text }) => room !== undefined && /^(warn|error)/.test(text))).toEqual([]);
    },
  );
});
