import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readArguments } from '../../packages/cli/src/read-arguments.js';
import { createScriptedDispatcher } from '../../packages/core/src/testing/index.js';
import { healthAnswer } from '../../packages/core/src/worker/health-answer.js';
import { defineAgent, Worker } from '../../packages/core/src/worker/index.js';
import { settleWorkerOptions } from '../../packages/core/src/worker/worker-options.js';
import { execForm, lastStep, readDockerfile } from './read-dockerfile.mjs';

const folder = fileURLToPath(new URL('../../examples/deploy/', import.meta.url));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** A field within a document, by its way down. */
function at(value: unknown, ...way: readonly (string | number)[]): unknown {
  let found = value;
  for (const name of way) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}

const documents: readonly unknown[] = parseAllDocuments(read('kubernetes.yaml')).map((document): unknown => {
  if (document.errors.length > 0) throw new Error(`kubernetes.yaml: ${document.errors.join(', ')}`);
  const value: unknown = document.toJS();
  return value;
});
const ofKind = (kind: string) => documents.find((document) => at(document, 'kind') === kind);
const pod = at(ofKind('Deployment'), 'spec', 'template', 'spec');
const container = at(pod, 'containers', 0);
const given = at(container, 'args');
const args: readonly string[] = Array.isArray(given) ? given.map(String) : [];
const stages = readDockerfile(read('Dockerfile'));
const image = stages.at(-1);
const stepOf = (instruction: string) => (image === undefined ? undefined : lastStep(image, instruction));

const flagsOf = () => {
  const read = readArguments(args, true);
  return read === 'help' ? {} : read.flags;
};
const agent = defineAgent({ entry: () => {} });
const dispatcher = createScriptedDispatcher({ transport: 'file:///none.js' });
const worker = () => settleWorkerOptions({ agent, isolation: 'inline', dispatcher }, 4);

test('the grace period is longer than a worker may drain and then end what is left', () => {
  const { 'drain-timeout-ms': given } = flagsOf();
  const { drainTimeoutMs, shutdownTimeoutMs } = worker();
  const longestMs = (given === undefined ? drainTimeoutMs : Number(given)) + shutdownTimeoutMs;
  expect(Number(at(pod, 'terminationGracePeriodSeconds')) * 1000).toBeGreaterThan(longestMs);
});

test('the probes ask what the worker answers, where it listens, and only the readiness probe asks whether it takes calls', () => {
  const status = new Worker({ agent, isolation: 'inline', dispatcher }).status;
  const port = at(container, 'ports', 0);
  expect(at(port, 'containerPort')).toBe(Number(flagsOf().port ?? worker().port));
  expect(Number(stepOf('EXPOSE')?.text)).toBe(at(port, 'containerPort'));
  const answers = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => {
    expect(at(container, probe, 'httpGet', 'port')).toBe(at(port, 'name'));
    const path = String(at(container, probe, 'httpGet', 'path'));
    // This one is not registered: not ready, and well.
    return [
      probe,
      healthAnswer('GET', path, status).status,
      healthAnswer('GET', path, { ...status, state: 'running', isAccepting: true }).status,
    ];
  });
  expect(answers).toEqual([
    ['startupProbe', 200, 200],
    ['livenessProbe', 200, 200],
    ['readinessProbe', 503, 200],
  ]);
});

test('the command is one that parley knows, with flags that it has', () => {
  expect(readArguments(execForm(stepOf('CMD')?.text ?? ''), true)).toMatchObject({ command: 'start' });
  expect(readArguments(args, true)).toMatchObject({ command: 'start' });
});

test('no secret stands in the manifest or the image', () => {
  expect(at(container, 'env')).toBeUndefined();
  expect(at(container, 'envFrom', 0, 'secretRef', 'name')).toBeTypeOf('string');
  expect(ofKind('Secret')).toBeUndefined();
  const set = stages.flatMap(({ steps }) => steps.filter(({ instruction }) => ['ENV', 'ARG'].includes(instruction)));
  expect(set.map(({ text }) => text)).toEqual(['NODE_ENV=production']);
  expect(read('.dockerignore').split('\n')).toContain('*');
});

test('it runs as nobody in particular, may write nowhere but to /tmp, and has its limits', () => {
  const user = Number(/^\d+/.exec(stepOf('USER')?.text ?? '')?.[0] ?? 0);
  expect(user).toBeGreaterThan(0);
  expect(at(pod, 'securityContext')).toMatchObject({ runAsNonRoot: true, runAsUser: user });
  expect(at(container, 'securityContext')).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
  expect(at(container, 'resources', 'limits', 'memory')).toBeTypeOf('string');
  expect(at(container, 'resources', 'requests', 'cpu')).toBeTypeOf('string');
});

test('at a rollout no worker goes before another has come, and the parts of the manifest mean the same workers', () => {
  expect(at(ofKind('Deployment'), 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable')).toBe(0);
  const labels = at(ofKind('Deployment'), 'spec', 'template', 'metadata', 'labels');
  expect(at(ofKind('Deployment'), 'spec', 'selector', 'matchLabels')).toEqual(labels);
  expect(at(ofKind('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels')).toEqual(labels);
  expect(at(ofKind('HorizontalPodAutoscaler'), 'spec', 'scaleTargetRef', 'name')).toBe(at(ofKind('Deployment'), 'metadata', 'name'));
});

test('every stage is of Debian, for the media library does not load on Alpine', () => {
  expect(stages.map(({ name }) => name)).toEqual(['build', 'dependencies', 'run']);
  for (const { from } of stages) expect(from).toMatch(/^node:2\d-\w+-slim$/);
});

test('what the Dockerfile copies and runs is there', () => {
  const allowed = read('.dockerignore').split('\n');
  const steps = stages.flatMap((stage) => stage.steps);
  const copied = steps
    .filter(({ instruction, flags }) => instruction === 'COPY' && flags['from'] === undefined)
    .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
  // The lock file is made by whoever builds the image.
  expect(copied.filter((source) => source !== 'package-lock.json' && !existsSync(join(folder, source)))).toEqual([]);
  expect(copied.filter((source) => !allowed.includes(`!${source}`))).toEqual([]);
  const manifest: unknown = JSON.parse(read('package.json'));
  const scripts = steps.flatMap(({ instruction, text }) => (instruction === 'RUN' ? (/^npm run ([\w-]+)$/.exec(text)?.[1] ?? []) : []));
  expect(scripts).toEqual(['build']);
  expect(scripts.filter((script) => typeof at(manifest, 'scripts', script) !== 'string')).toEqual([]);
  const [node, program = ''] = execForm(stepOf('ENTRYPOINT')?.text ?? '');
  expect(node).toBe('node');
  const source = program.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
  expect(existsSync(join(folder, source)), `${source} is there`).toBe(true);
});

test('the health check is passed by a worker that runs, whether or not it takes calls, and not without one', async () => {
  const check = async (port: number) => {
    const [program = '', ...words] = execForm(stepOf('HEALTHCHECK')?.text ?? '');
    const child = spawn(program, words, { cwd: folder, env: { ...process.env, PORT: String(port) }, stdio: 'inherit' });
    const [code]: readonly unknown[] = await once(child, 'exit');
    return code;
  };
  const running = new Worker({ agent, isolation: 'inline', dispatcher, port: 0, host: '127.0.0.1', logger: { log() {} } });
  const run = running.run();
  await expect.poll(() => running.healthPort).toBeTypeOf('number');
  const port = running.healthPort ?? 0;
  expect(await check(port)).toBe(0);
  await running.close();
  await run;
  expect(await check(port)).toBe(1);
});
