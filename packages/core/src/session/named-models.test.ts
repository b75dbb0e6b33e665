import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { LLM } from '../provider/llm.js';
import type { ParleyPlugin, PluginKind } from '../provider/plugin.js';
import type { VAD } from '../provider/vad.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { scenario } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';
import { findPlugin } from './find-plugin.js';
import { registerProvider } from './registered-plugins.js';

const agent = () => new Agent({ instructions: '' });
const start = async (options: ConstructorParameters<typeof AgentSession>[0]) => {
  const clock = new VirtualClock();
  const session = new AgentSession({ clock, ...options });
  await clock.runUntil(session.start({ agent: agent() }));
  return { session, clock, close: () => clock.runUntil(session.close()) };
};

/** A plugin that notes what is made of it, and what is closed. */
function noted(provider: string, make: Partial<Record<'close' | 'create', () => void>> = {}) {
  const log: string[] = [];
  const create: PluginKind<LLM>['create'] = ({ name, variant }) => {
    make.create?.();
    const model = variant === undefined ? name : `${name} as ${variant}`;
    log.push(`made ${model}`);
    const close = async () => {
      make.close?.();
      log.push(`closed ${model}`);
    };
    return { ...createScriptedLLM([{ input: 'hello', output: 'hi' }], new ScriptProblems()), provider, model, close };
  };
  const vad: PluginKind<VAD> = { models: [], defaultModel: 'only', create: () => createScriptedVAD() };
  const plugin: ParleyPlugin = {
    specificationVersions: [1],
    provider,
    displayName: provider,
    environment: [],
    kinds: { llm: { models: [{ name: 'small:8b', aliases: ['tiny:1'] }], defaultModel: 'standard', create }, vad },
  };
  return { plugin, log };
}

describe('a model named by a string', () => {
  test('is made by the registered plugin when the session starts, and closed with it', async () => {
    const { plugin, log } = noted('one');
    registerProvider(plugin);
    const session = new AgentSession({ clock: new VirtualClock(), llm: 'one/large' });
    expect(log).toEqual([]);
    await session.start({ agent: agent() });
    expect(log).toEqual(['made large']);
    await session.close();
    expect(log).toEqual(['made large', 'closed large']);
  });

  test('answers the caller as an instance would', async () => {
    registerProvider(noted('two').plugin);
    const result = await scenario({
      user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
      tts: [{ text: 'hi', audioMs: 1000 }],
      options: { llm: 'two', vad: 'two' },
      durationMs: 8000,
    });
    expect(result.history).toEqual(['user: hello', 'assistant: hi']);
    expect(result.agentStates).toContain('3000 thinking');
  });

  test.each([
    ['three', 'standard'],
    ['three/large', 'large'],
    ['three/large:en', 'large as en'],
    ['three/maker/large:a:b', 'maker/large as a:b'],
    ['three/small:8b', 'small:8b'],
    ['three/tiny:1', 'tiny:1'],
  ])('%s is the model %s', async (name, model) => {
    const { plugin, log } = noted('three');
    registerProvider(plugin);
    const { close } = await start({ llm: name });
    await close();
    expect(log[0]).toBe(`made ${model}`);
  });

  test('is made once, for the session and for the agents that name it too; another of an agent’s when it takes over', async () => {
    const { plugin, log } = noted('four');
    registerProvider(plugin);
    const { session, clock, close } = await start({ llm: 'four/a' });
    await clock.runUntil(session.updateAgent(new Agent({ instructions: '', llm: 'four/a' })));
    await clock.runUntil(session.updateAgent(new Agent({ instructions: '', llm: 'four/b' })));
    expect(log).toEqual(['made a', 'made b']);
    await close();
    expect(log.slice(2).sort()).toEqual(['closed a', 'closed b']);
  });

  test('cannot be had by a change of options, which holds at once: all stays as it was', async () => {
    const { plugin, log } = noted('nine');
    registerProvider(plugin);
    const { session, close } = await start({ llm: 'nine/a' });
    expect(() => session.updateOptions({ llm: 'nine/b' })).toThrow('give an instance to updateOptions');
    session.updateOptions({ llm: 'nine/a', maxToolSteps: 2 });
    await close();
    expect(log).toEqual(['made a', 'closed a']);
  });

  test('is closed when the start fails half-way, and the session can be started again', async () => {
    const { plugin, log } = noted('five');
    registerProvider(plugin);
    const clock = new VirtualClock();
    const session = new AgentSession({ clock, llm: 'five/a' });
    const broken = new Agent({ instructions: '', tts: 'five/voice' });
    await expect(clock.runUntil(session.start({ agent: broken }))).rejects.toThrow(
      'option "tts" is "five/voice": the plugin "five" has no tts; it has llm, vad',
    );
    expect(log).toEqual(['made a', 'closed a']);
    await clock.runUntil(session.start({ agent: agent() }));
    await clock.runUntil(session.close());
    expect(log).toEqual(['made a', 'closed a', 'made a', 'closed a']);
  });

  test('that cannot be closed, or made, is told', async () => {
    const fail = () => {
      throw new Error('no');
    };
    registerProvider(noted('six', { close: fail }).plugin);
    const { session, close } = await start({ llm: 'six' });
    const errors: string[] = [];
    session.on('error', ({ error }) => errors.push(error.message));
    await close();
    expect(errors).toEqual(['no']);
    registerProvider(noted('six', { create: fail }).plugin);
    await expect(start({ llm: 'six/large' })).rejects.toThrow('option "llm" is "six/large": no');
  });

  test.each(['', 'Open AI/x', '../secret', 'a/', '/b'])('%j is none: refused at once', (name) => {
    expect(() => new AgentSession({ llm: name })).toThrow(/AgentSession: option "llm" is .* or a string such as "provider\/model"/);
    expect(() => new Agent({ instructions: '', llm: name })).toThrow(/Agent: option "llm"/);
  });

  test('whose session is closed while it starts is closed too', async () => {
    const { plugin, log } = noted('seven');
    registerProvider(plugin);
    const clock = new VirtualClock();
    const session = new AgentSession({ clock, llm: 'seven' });
    const starting = session.start({ agent: agent() });
    const again = session.start({ agent: agent() });
    expect(() => session.say('hello')).toThrow('say: the session has not been started');
    const closing = session.close();
    await expect(again).rejects.toThrow('a session is started once');
    await expect(clock.runUntil(starting)).rejects.toThrow('start: the session was closed before it had started');
    await closing;
    expect(log).toEqual(['made standard', 'closed standard']);
  });
});

test('registerProvider refuses what is no plugin, or of another version', () => {
  const { plugin } = noted('eight');
  const of = (change: object): ParleyPlugin => Object.assign({ ...plugin }, change);
  expect(() => registerProvider(of({ specificationVersions: [2, 3] }))).toThrow(
    'registerProvider: the plugin "eight" is of specification version 2, 3, and this core knows 1',
  );
  expect(() => registerProvider(of({ provider: '' }))).toThrow('has no "provider"');
  expect(() => registerProvider(of({ kinds: undefined }))).toThrow('has no "kinds"');
  expect(() => registerProvider(of({ specificationVersions: undefined }))).toThrow('"specificationVersions"');
});

describe('a package', () => {
  let folder = '';
  const pack = async (name: string, manifest: object, code: string) => {
    const home = join(folder, 'node_modules', name);
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'package.json'), JSON.stringify({ name, type: 'module', ...manifest }));
    await writeFile(join(home, 'plugin.js'), code);
  };
  const plugin = (title: string, versions = '[1]') =>
    `export const parleyPlugin = { specificationVersions: ${versions}, provider: 'x', displayName: '${title}', environment: [], kinds: {} };`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-plugins-'));
    const main = { exports: './plugin.js' };
    await pack('@parley/both', main, plugin('ours'));
    await pack('parley-plugin-both', main, plugin('theirs'));
    await pack('parley-plugin-theirs', main, plugin('theirs'));
    await pack('parley-plugin-import', { exports: { '.': { types: './plugin.d.ts', import: './plugin.js' } } }, plugin('import only'));
    await pack('parley-plugin-old', main, plugin('old', '[0]'));
    await pack('parley-plugin-none', main, 'export const other = 1;');
    await pack('parley-plugin-broken', main, 'throw new Error("a native part is missing");');
    await pack('parley-plugin-unbuilt', { exports: './dist/index.js' }, '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['both', 'ours'],
    ['theirs', 'theirs'],
    ['import', 'import only'],
  ])('of the provider "%s" is found where the application is: %s', async (provider, title) => {
    expect(await findPlugin(provider, [join(folder, 'src', 'deep')])).toMatchObject({ displayName: title });
  });

  test('comes after a plugin that was registered', async () => {
    const { plugin: registered } = noted('both');
    registerProvider(registered);
    expect(await findPlugin('both', [folder])).toBe(registered);
  });

  test.each([
    ['old', 'the package parley-plugin-old: the plugin "x" is of specification version 0, and this core knows 1'],
    ['none', 'the package parley-plugin-none exports no "parleyPlugin"'],
    ['broken', 'cannot be loaded: a native part is missing'],
    ['unbuilt', 'the package parley-plugin-unbuilt in'],
  ])('"%s" that cannot be used says why', async (provider, message) => {
    await expect(findPlugin(provider, [folder])).rejects.toThrow(message);
  });

  test('that is not installed: the error says how to install it', async () => {
    await expect(findPlugin('missing', ['/nowhere', folder])).rejects.toThrow(
      'no plugin for "missing" is registered or installed: run "npm install @parley/missing" in /nowhere, or "npm install parley-plugin-missing"',
    );
    await expect(start({ llm: 'missing/large' })).rejects.toThrow(/^option "llm" is "missing\/large": .*npm install @parley\/missing/);
  });
});
