import { describe, expect, test } from 'vitest';
import type { AppOptions } from './app-options.js';
import { readArguments } from './read-arguments.js';
import { settleOptions } from './settle-options.js';

const settle = (argv: readonly string[], options: AppOptions = {}, environment: Readonly<Record<string, string>> = {}) => {
  const read = readArguments(argv, options.agent !== undefined);
  if (read === 'help') throw new Error('help was asked for');
  return settleOptions(read, options, environment);
};

describe('S189 options come from flags, then from the program, then from the environment', () => {
  test('the server and the account', () => {
    const options = { agent: 'agent.ts', url: 'ws://option', apiKey: 'option-key', apiSecret: 'option-secret' };
    const flags = ['--url', 'ws://flag', '--api-key', 'flag-key', '--api-secret', 'flag-secret'];
    expect(settle(['start', ...flags], options).liveKit).toMatchObject({ url: 'ws://flag', apiKey: 'flag-key', apiSecret: 'flag-secret' });
    expect(settle(['start'], options).liveKit).toMatchObject({ url: 'ws://option', apiKey: 'option-key', apiSecret: 'option-secret' });
    const environment = { LIVEKIT_URL: 'ws://environment', LIVEKIT_API_KEY: 'environment-key', LIVEKIT_API_SECRET: 'environment-secret' };
    const { agent } = options;
    expect(settle(['start', ...flags], options, environment).liveKit.url).toBe('ws://flag');
    expect(settle(['start'], options, environment).liveKit.url).toBe('ws://option');
    expect(settle(['start'], { agent, url: null }, environment).liveKit).toMatchObject({
      url: 'ws://environment',
      apiKey: 'environment-key',
      apiSecret: 'environment-secret',
    });
    expect(settle(['start'], { agent }, { LIVEKIT_URL: ' ' }).liveKit).not.toHaveProperty('url');
  });

  test('the name of the agent, which one variable replaces and another gives where none is', () => {
    const option: AppOptions = { agent: 'agent.ts', agentName: 'option' };
    const both = { LIVEKIT_AGENT_NAME: 'default', LIVEKIT_AGENT_NAME_OVERRIDE: 'override' };
    expect(settle(['start', '--agent-name', 'flag'], option, both).liveKit.agentName).toBe('flag');
    expect(settle(['start'], option, both).liveKit.agentName).toBe('override');
    expect(settle(['start'], option, { LIVEKIT_AGENT_NAME: 'default' }).liveKit.agentName).toBe('option');
    expect(settle(['start', 'agent.ts'], {}, { LIVEKIT_AGENT_NAME: 'default' }).liveKit.agentName).toBe('default');
    expect(settle(['start', 'agent.ts']).liveKit.agentName).toBe('');
  });

  test('the level of the log, of which the environment goes before the program', () => {
    const option: AppOptions = { agent: 'agent.ts', logLevel: 'warn' };
    const environment = { PARLEY_LOG_LEVEL: 'error' };
    expect(settle(['start', '--log-level', 'Debug'], option, environment).logLevel).toBe('debug');
    expect(settle(['start'], option, environment).logLevel).toBe('error');
    expect(settle(['start'], option).logLevel).toBe('warn');
    expect(settle(['start', 'agent.ts']).logLevel).toBe('info');
    expect(settle(['dev', 'agent.ts']).logLevel).toBe('debug');
    expect(() => settle(['start', '--log-level', 'loud'], option)).toThrow('--log-level is one of debug, info, warn, error, not "loud"');
    expect(() => settle(['start'], option, { PARLEY_LOG_LEVEL: 'loud' })).toThrow('PARLEY_LOG_LEVEL is one of');
  });

  test('what is the worker’s, of which null turns off and stays so', () => {
    const options: AppOptions = { agent: 'agent.ts', port: null, maxJobs: 3, host: '127.0.0.1' };
    expect(settle(['start', '--max-jobs', '5'], options).worker).toEqual({ port: null, maxJobs: 5, host: '127.0.0.1' });
    expect(settle(['start', '--port', '0'], options).worker).toMatchObject({ port: 0 });
    expect(() => settle(['start', '--port', '80a'], options)).toThrow('--port is a whole number from 0 on, not "80a"');
  });

  test.for<[flag: string, text: string, option: keyof AppOptions, byOption: AppOptions, settled: unknown]>([
    ['port', 'off', 'port', { port: 8081 }, null],
    ['load-threshold', '0.85', 'loadThreshold', { loadThreshold: 0.5 }, 0.85],
    ['load-threshold', '.9', 'loadThreshold', {}, 0.9],
    ['load-threshold', 'off', 'loadThreshold', { loadThreshold: 0.5 }, null],
    ['initialize-timeout-ms', '20000', 'initializeTimeoutMs', { initializeTimeoutMs: 5 }, 20_000],
    ['shutdown-timeout-ms', '5000', 'shutdownTimeoutMs', { shutdownTimeoutMs: 5 }, 5000],
    ['drain-timeout-ms', '0', 'drainTimeoutMs', { drainTimeoutMs: 5 }, 0],
    ['memory-warn-mb', '500', 'memoryWarnMb', { memoryWarnMb: 5 }, 500],
    ['memory-warn-mb', 'off', 'memoryWarnMb', { memoryWarnMb: 5 }, null],
    ['memory-limit-mb', '800', 'memoryLimitMb', {}, 800],
    ['memory-limit-mb', 'off', 'memoryLimitMb', { memoryLimitMb: 5 }, null],
    ['on-job-failed', 'leave', 'onJobFailed', { onJobFailed: 'end-room' }, 'leave'],
  ])('--%s %s goes before the option', ([flag, text, option, byOption, settled]) => {
    const { worker } = settle(['start', `--${flag}`, text], { agent: 'agent.ts', ...byOption });
    expect(worker).toEqual({ [option]: settled });
    expect(settle(['dev'], { agent: 'agent.ts', ...byOption }).worker).toEqual(byOption);
  });

  test('how often a worker tries to register', () => {
    const options: AppOptions = { agent: 'agent.ts', maxRetry: 2 };
    expect(settle(['start', '--max-retry', '9'], options).liveKit.maxRetry).toBe(9);
    expect(settle(['start'], options).liveKit.maxRetry).toBe(2);
  });
});

test('the agent and the recording are words of the command line where the program has none', () => {
  expect(settle(['call', 'agent.ts', 'caller.wav'])).toMatchObject({ agent: 'agent.ts', recordingWord: 'caller.wav' });
  expect(settle(['call', 'caller.wav'], { agent: 'agent.ts' })).toMatchObject({ agent: 'agent.ts', recordingWord: 'caller.wav' });
  expect(settle(['call', 'caller.wav', '--room', 'demo'])).toMatchObject({ agent: undefined, recordingWord: 'caller.wav' });
});

test.for<[readonly string[], string]>([
  [['dance'], 'there is no command "dance"; there are start, dev, connect, call, doctor, download-files'],
  [['start', 'one.ts', 'two.ts'], 'start takes AGENT, not one.ts two.ts'],
  [['doctor', 'agent.ts'], 'doctor takes no further word, not agent.ts'],
  [['start', 'agent.ts', '--room', 'demo'], 'start has no flag --room'],
  [['start', 'agent.ts', '--watch', 'lib'], 'start has no flag --watch'],
  [['start', '--nonsense'], "Unknown option '--nonsense'; --help says what there is"],
  [['connect', 'agent.ts', '--room', ' '], '--room is empty: give it a value'],
  [['--room', 'demo'], 'name a command'],
])('%j is refused with what is wrong', ([argv, what]) => {
  expect(() => readArguments(argv, false)).toThrow(what);
});

test.for<[flag: string, text: string, what: string]>([
  ['load-threshold', '70', '--load-threshold is more than 0 and at most 1, or off, not "70"'],
  ['load-threshold', '0', '--load-threshold is more than 0'],
  ['load-threshold', 'much', '--load-threshold is more than 0'],
  ['memory-limit-mb', '1g', '--memory-limit-mb is a whole number from 0 on, not "1g"'],
  ['on-job-failed', 'retry', '--on-job-failed is one of redispatch, end-room, leave, not "retry"'],
])('--%s %s is refused with what it can be', ([flag, text, what]) => {
  expect(() => settle(['start', 'agent.ts', `--${flag}`, text])).toThrow(what);
});
