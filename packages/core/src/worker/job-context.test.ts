import { expect, test } from 'vitest';
import type { JobContext } from './job-context.js';
import { runInline } from './__fixtures__/inline-worker.js';
import { scripted } from './__fixtures__/scripted-transport.js';

const until = (atMs: number) => scripted({ participants: ['anna'], script: [{ atMs, type: 'disconnected' }] });

test('a job joins its call, and is over when the call is', async () => {
  const seen: string[] = [];
  await using one = await runInline(async (context) => {
    seen.push(`${context.info.identity} ${typeof context.room}`);
    const room = await context.connect();
    seen.push(`${room.name} ${String(context.room === room)} ${(await context.waitForParticipant()).identity}`);
  });
  const { clock, dispatcher } = one;
  const answer = await clock.runUntil(dispatcher.offer({ id: 'j1' }, { connection: until(5000) }));
  expect(answer).toEqual({ type: 'accepted', as: { identity: 'agent-j1' } });
  await clock.runUntil(dispatcher.reported('j1', 'succeeded'));
  expect(clock.now()).toBe(5000);
  expect(seen).toEqual(['agent-j1 undefined', 'scripted true anna']);
  expect(dispatcher.reports).toEqual([
    { jobId: 'j1', status: 'running' },
    { jobId: 'j1', status: 'succeeded' },
  ]);
  expect(one.worker.status.activeJobs).toBe(0);
});

test('shutdown callbacks run one after the other in the order added, all of them, while the agent is still in the call', async () => {
  const seen: string[] = [];
  const contexts: JobContext[] = [];
  await using one = await runInline(async (context) => {
    contexts.push(context);
    context.addShutdownCallback(async (reason) => {
      seen.push(`first: ${reason}, ${context.room?.state}, aborted: ${context.signal.aborted}`);
      await new Promise<void>((resolve) => void one.clock.after(500, resolve));
      context.addShutdownCallback(() => void seen.push(`added late at ${one.clock.now()}`));
    });
    context.addShutdownCallback(() => {
      throw new Error('the disk is full');
    });
    context.addShutdownCallback(() => new Promise(() => {}), { timeoutMs: 2000 });
    context.addShutdownCallback(() => void seen.push(`last at ${one.clock.now()}`));
    await context.connect();
    context.shutdown('the caller hung up');
  });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(seen).toEqual(['first: the caller hung up, connected, aborted: true', 'last at 2500', 'added late at 2500']);
  await expect(contexts[0]?.completion).resolves.toBe('the caller hung up');
  expect(contexts[0]?.room?.state).toBe('disconnected');
  expect(one.log.text()).toContain('the disk is full');
  expect(one.log.text()).toContain('it took more than 2000 ms');
});

test('shutdown callbacks together have shutdownTimeoutMs; then the call is left all the same', async () => {
  await using one = await runInline(
    async (context) => {
      context.addShutdownCallback(() => new Promise(() => {}), { timeoutMs: 60_000 });
      await context.connect();
      context.shutdown();
    },
    { shutdownTimeoutMs: 300 },
  );
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(one.clock.now()).toBe(300);
  expect(one.log.text()).toContain('took more than 300 ms together');
  expect(one.log.text()).toContain('the scripted room was left');
});

test('a participant is waited for by kind and by identity, and not for ever', async () => {
  const seen: string[] = [];
  const note = (error: unknown) => void seen.push(`${Reflect.get(Object(error), 'code')}: ${String(error)} at ${one.clock.now()}`);
  await using one = await runInline(async (context) => {
    await context.waitForParticipant().catch(note);
    await context.connect();
    seen.push(`${(await context.waitForParticipant()).identity} at ${one.clock.now()}`);
    seen.push(`${(await context.waitForParticipant({ identity: 'recorder' })).kind} at ${one.clock.now()}`);
    seen.push(`${(await context.waitForParticipant({ participantKinds: ['agent'] })).identity} at ${one.clock.now()}`);
    await context.waitForParticipant({ identity: 'nobody', timeoutMs: 1000 }).catch(note);
    await context.waitForParticipant({ identity: 'nobody', timeoutMs: 60_000 }).catch(note);
  });
  const connection = scripted({
    participants: ['agent:helper'],
    script: [
      { atMs: 100, type: 'participant-joined', who: 'egress:recorder' },
      { atMs: 200, type: 'participant-joined', who: 'sip:anna' },
      { atMs: 9000, type: 'disconnected' },
    ],
  });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { connection }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(seen).toEqual([
    'not-connected: WorkerError: waitForParticipant: call `await context.connect()` first at 0',
    'anna at 200',
    'egress at 200',
    'helper at 200',
    'participant-timeout: WorkerError: participant "nobody" did not join within 1000 ms at 1200',
    'not-connected: WorkerError: the call was over before participant "nobody" joined it at 9000',
  ]);
});

test('connecting again gives the same room; after a failure it is tried anew', async () => {
  const seen: string[] = [];
  await using one = await runInline(async (context) => {
    await context.connect({ autoSubscribe: 'audio' }).then(
      async (room) => seen.push(String((await context.connect()) === room)),
      (error: unknown) => seen.push(String(error)),
    );
    context.shutdown();
  });
  const { clock, dispatcher } = one;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }));
  await clock.runUntil(dispatcher.reported('j1', 'succeeded'));
  await clock.runUntil(
    dispatcher.offer({ id: 'j2' }, { connection: scripted({ refuse: 'not today', token: 'a-very-long-secret-token' }) }),
  );
  await clock.runUntil(dispatcher.reported('j2', 'succeeded'));
  expect(seen).toEqual(['true', 'Error: not today: the token was a-very-long-secret-token']);
  expect(one.log.lines.find(({ message }) => message === 'the scripted room was joined')?.fields['autoSubscribe']).toBe('audio');
});

test('a wrong option of connect or waitForParticipant is named', async () => {
  const seen: string[] = [];
  await using one = await runInline(async (context) => {
    const wrong: object = { autoSubscribe: 'some' };
    await context.connect(wrong).catch((error: unknown) => seen.push(String(error)));
    await context.waitForParticipant({ timeoutMs: -1 }).catch((error: unknown) => seen.push(String(error)));
    context.shutdown();
  });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(seen[0]).toMatch(/connect: option "autoSubscribe" is "some"; it must be one of/);
  expect(seen[1]).toMatch(/waitForParticipant: option "timeoutMs" is -1/);
});

test('what prewarm leaves is in every job; the job knows whom it is about, and its log lines carry its fields', async () => {
  const seen: unknown[] = [];
  await using one = await runInline({
    initializeProcess: (process) => Object.assign(process.userData, { first: 1 }),
    prewarm: () => ({ vad: 'warm' }),
    async entry(context) {
      context.logContextFields['table'] = 7;
      await context.connect();
      seen.push({ ...context.process.userData }, context.publisher?.identity);
      context.logger.log('info', 'seated', { guests: 2 });
      context.shutdown();
    },
  });
  const connection = scripted({ participants: ['bob', 'anna'] });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1', type: 'participant', participantIdentity: 'anna' }, { connection }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(seen).toEqual([{ first: 1, vad: 'warm' }, 'anna']);
  expect(one.log.lines).toContainEqual({
    level: 'info',
    message: 'seated',
    fields: { jobId: 'j1', room: 'room-of-j1', table: 7, guests: 2 },
  });
});

test('a termination while the room reconnects, or just after, is not meant; one that is ends the job', async () => {
  await using one = await runInline(async (context) => void (await context.connect()));
  const { clock, dispatcher } = one;
  const script = [
    { atMs: 1000, type: 'reconnecting' },
    { atMs: 1400, type: 'reconnected' },
  ] as const;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }, { connection: scripted({ script }) }));
  // The server is quicker than the room to notice.
  await clock.advanceTo(990);
  dispatcher.terminate('j1');
  await clock.advanceTo(1200);
  dispatcher.terminate('j1');
  await clock.advanceTo(20_000);
  expect(dispatcher.reports).toEqual([{ jobId: 'j1', status: 'running' }]);
  dispatcher.terminate('j1');
  dispatcher.terminate('unknown');
  await clock.runUntil(dispatcher.reported('j1', 'succeeded'));
  expect(clock.now()).toBe(20_500);
  expect(one.log.text()).toContain('terminated by the server');
});

test('a job that shuts down while it joins stops joining; what has joined all the same is left', async () => {
  const seen: string[] = [];
  await using one = await runInline(async (context) => {
    one.clock.after(100, () => context.shutdown('too slow'));
    await context.connect().catch((error: unknown) => seen.push(`${String(error)} at ${one.clock.now()}`));
  });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { connection: scripted({ joinAfterMs: 3000 }) }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(seen).toEqual(['AbortError: the job shuts down: too slow at 100']);
  expect(one.log.text()).not.toContain('the scripted room was left');
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j2' }, { connection: scripted({ joinAfterMs: 3000, isDeaf: true }) }));
  await one.clock.runUntil(one.dispatcher.reported('j2', 'succeeded'));
  expect(seen[1]).toBe('AbortError: the job shuts down: too slow at 3100');
  expect(one.log.text()).toContain('the scripted room was left');
});

test('a call that cannot be joined within 30 s is given up, and left if it is joined later', async () => {
  await using one = await runInline(async (context) => void (await context.connect()));
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { connection: scripted({ joinAfterMs: 31_000, isDeaf: true }) }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'failed'));
  expect(one.clock.now()).toBe(30_000);
  expect(one.log.text()).toContain('the call could not be joined within 30000 ms');
  await one.clock.advance(1000);
  expect(one.log.text()).toContain('the scripted room was left');
});
