import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RoomAgentDispatch, RoomServiceClient } from 'livekit-server-sdk';
import { realClock } from '@parley/core';
import { wavBytes } from '@parley/core/provider-kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../scripts/livekit-server/has-livekit-server.mjs';
import { type LiveKitServer, startLiveKitServer } from '../../../scripts/livekit-server/start-server.mjs';
import { readRecording } from './recording.js';

const withinMs = 60_000;
const timeout = 120_000;
const after = (delayMs: number): Promise<void> => new Promise((resolve) => void realClock.after(delayMs, resolve));

/** A program that runs, with what it has logged. */
interface Running {
  readonly child: ChildProcess;
  readonly log: () => string;
  /** Settles once this stands in the log, so many times. */
  readonly logged: (text: string, times?: number) => Promise<void>;
}

describe.skipIf(!hasLiveKitServer())('commands of an application beside a LiveKit server', () => {
  let server: LiveKitServer;
  let rooms: RoomServiceClient;
  let folder: string;
  const running = new Set<ChildProcess>();
  beforeAll(async () => {
    server = await startLiveKitServer();
    rooms = new RoomServiceClient(server.url.replace('ws:', 'http:'), server.apiKey, server.apiSecret);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-commands-'));
    symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    cpSync(fileURLToPath(new URL('./__fixtures__/versioned', import.meta.url)), folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
    for (const { name } of await rooms.listRooms()) await rooms.deleteRoom(name);
    rmSync(folder, { recursive: true });
  });

  const writeVersion = (version: string) => writeFileSync(join(folder, 'version.ts'), `export const version: string = '${version}';\n`);

  function run(argv: readonly string[], { apiSecret = server.apiSecret, program = 'versioned-agent.ts' } = {}): Running {
    const { url, apiKey } = server;
    const child = spawn(process.execPath, ['--conditions=@parley/source', '--import=tsx', join(folder, program), ...argv], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm, which runs the tests, tells where its user stands.
      env: { ...process.env, INIT_CWD: folder, LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret },
    });
    running.add(child);
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        log += String(text);
      });
    const logged = async (text: string, times = 1) => {
      while (log.split(text).length <= times) {
        if (child.exitCode !== null) throw new Error(`the program has ended:\n${log}`);
        await after(20);
      }
    };
    return { child, log: () => log, logged };
  }

  /** What the one agent in a room says of itself, once it has. */
  async function agentIn(room: string): Promise<Readonly<Record<string, string>>> {
    for (const endMs = realClock.now() + withinMs; realClock.now() < endMs; await after(100)) {
      const participants = await rooms.listParticipants(room).catch(() => []);
      const [agent] = participants.filter(({ attributes }) => attributes['version'] !== undefined);
      if (agent !== undefined) return agent.attributes;
    }
    throw new Error(`no agent in ${room} within ${withinMs} ms`);
  }
  const open = (name: string) => rooms.createRoom({ name, agents: [new RoomAgentDispatch({ agentName: 'trial' })] });

  test('doctor says whether the server is reached, and takes key and secret', { timeout }, async () => {
    const right = run(['doctor']);
    expect(await once(right.child, 'close')).toEqual([0, null]);
    expect(right.log()).toMatch(/ok {4}ws:.* is reached, and takes key and secret\n$/);
    const secret = 'a-secret-of-another-server';
    const wrong = run(['doctor'], { apiSecret: secret });
    expect(await once(wrong.child, 'close')).toEqual([1, null]);
    expect(wrong.log()).toMatch(/LiveKit server\n {2}FAIL {2}/);
    expect(wrong.log()).not.toContain(secret);
  });

  test('connect joins the room that it names, with the metadata given, and ends with the call', { timeout }, async () => {
    const { child, log } = run(['connect', '--room', 'a room of its own', '--metadata', 'from the command line']);
    expect(await agentIn('a room of its own')).toEqual({ version: 'first', metadata: 'from the command line' });
    const closed = once(child, 'close');
    await rooms.deleteRoom('a room of its own');
    expect(await closed).toEqual([0, null]);
    expect(log()).not.toMatch(/eyJ[\w-]{8,}/);
  });

  test('connect that is interrupted leaves the room', { timeout }, async () => {
    const { child } = run(['connect', '--room', 'left early']);
    await agentIn('left early');
    const closed = once(child, 'close');
    child.kill('SIGINT');
    const [code] = await closed;
    expect([code, await rooms.listParticipants('left early')]).toEqual([1, []]);
  });

  test(
    'call --room has a recorded caller call the worker that takes the room, shows what both say, and writes the call',
    { timeout },
    async () => {
      const worker = run(['start'], { program: 'answering-agent.ts' });
      const rate = 16_000;
      // From 400 ms on, for as long as the answer takes, so that it does not hang on how soon that comes.
      const samples = Int16Array.from({ length: 3 * rate }, (_, index) =>
        index < 0.4 * rate ? 0 : Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / rate)),
      );
      writeFileSync(join(folder, 'caller.wav'), wavBytes(samples, rate));
      await worker.logged('ready for calls');
      const caller = run(['call', 'caller.wav', '--room', 'a caller', '--out', 'written', '--metadata', 'but not today'], {
        program: 'answering-agent.ts',
      });
      expect([await once(caller.child, 'close'), caller.log()]).toEqual([
        [0, null],
        expect.stringMatching(
          /^ {2}caller\.wav calls, in the room a caller\n(.*\n)*.*caller +how long are you open\n.*agent +until six, but not today\n\n {2}Written: written\/call\.wav\n$/,
        ),
      ]);
      const recording = readRecording(join(folder, 'written', 'call.wav'));
      const loudMs = (side: Int16Array) => side.filter((sample) => Math.abs(sample) > 2000).length / (recording.sampleRate / 1000);
      // A busy machine may lose some of it. A tone is below the level for a fifth of the time.
      expect(loudMs(recording.caller)).toBeGreaterThan(1500);
      expect(loudMs(recording.agent)).toBeGreaterThan(200);
      const closed = once(worker.child, 'close');
      worker.child.kill('SIGTERM');
      expect(await closed).toEqual([0, null]);
      expect(worker.log()).toContain('a job has succeeded');
    },
  );

  test('dev: new calls are taken by the code as it was changed, running ones stay on the old until they end', { timeout }, async () => {
    const takesOver = 'the new code takes calls from now on; running ones stay on the old';
    const dev = run(['dev']);
    await dev.logged('ready for calls');
    await open('before');
    expect((await agentIn('before'))['version']).toBe('first');
    writeVersion('second');
    await dev.logged(takesOver);
    await open('after');
    expect((await agentIn('after'))['version']).toBe('second');
    expect((await agentIn('before'))['version']).toBe('first');

    writeFileSync(join(folder, 'version.ts'), 'export const version = ;\n');
    await dev.logged('the new code does not start: running calls go on');
    writeVersion('third');
    await dev.logged(takesOver, 2);
    await open('mended');
    expect((await agentIn('mended'))['version']).toBe('third');
    expect((await agentIn('before'))['version']).toBe('first');

    const closed = once(dev.child, 'close');
    dev.child.kill('SIGINT');
    const [code] = await closed;
    expect(code).toBe(0);
    const left = await Promise.all(['before', 'after', 'mended'].map((room) => rooms.listParticipants(room)));
    expect(left.flat()).toEqual([]);
  });
});
