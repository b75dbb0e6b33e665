// @ts-check
// Builds the image of examples/deploy without Docker: runs what its Dockerfile says in empty folders, on packages packed as they would be
// published. Then starts what it would start, against a LiveKit server on loopback, and ends it as Kubernetes would, with and without a call.
// `npm run deploy-trial` builds first.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { parse, parseAllDocuments } from 'yaml';
import { publishedPackages } from './check/published-packages.mjs';
import { buildStages } from './deploy/build-stages.mjs';
import { execForm, lastStep, readDockerfile } from './deploy/read-dockerfile.mjs';
import { checkHealth, RunningWorker } from './deploy/running-worker.mjs';
import { freePort } from './livekit-server/free-port.mjs';
import { startLiveKitServer } from './livekit-server/start-server.mjs';
import { startRegistry } from './published/local-registry.mjs';
import { publishAs } from './published/other-version.mjs';
import { packPackage } from './published/pack-package.mjs';
import { plainEnvironment } from './published/plain-environment.mjs';
import { runCommand } from './published/run-command.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const example = join(folder, 'examples/deploy');
const agentName = 'ada';
/** How long a call goes on after the worker was told to end, to see that it does. */
const watchMs = 1500;

/** Containers of the manifest, of which there is one. @returns {{ readonly args: readonly string[] }} */
function container() {
  const documents = parseAllDocuments(readFileSync(join(example, 'kubernetes.yaml'), 'utf8')).map((document) => parse(String(document)));
  return documents.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
}

/** The example as a stranger has it, with a lock file; its packages come from a registry that has ours. @param {string} work @param {string} registry */
function prepareContext(work, registry) {
  /** @type {{ readonly dependencies: Readonly<Record<string, string>> }} */
  const { dependencies } = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'));
  for (const { path, manifest } of publishedPackages(folder)) {
    if (dependencies[manifest.name] === undefined) continue;
    publishAs({ tarball: packPackage(join(folder, path), work), version: manifest.version ?? '', registry, into: work });
  }
  const context = join(work, 'context');
  cpSync(example, context, { recursive: true, filter: (source) => !/\/(node_modules|dist|test)$/.test(source) });
  return context;
}

/** @param {RunningWorker} worker @param {string} step @param {boolean} isAsExpected */
function check(worker, step, isAsExpected) {
  if (!isAsExpected) throw new Error(`not as expected: ${step}. The worker's last lines:\n${worker.output}`);
  console.log(`  ${step}`);
}

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;

/** @typedef {{ readonly folder: string; readonly environment: Record<string, string | undefined>; readonly healthCheck: readonly string[] }} Image */

/** No call: ready, healthy, and gone when it is told to go. @param {Image} image @param {readonly string[]} command */
async function tryIdle({ folder: app, environment, healthCheck }, command) {
  const port = await freePort('tcp');
  console.log(command.join(' '));
  const worker = new RunningWorker([...command, '--port', String(port)], { folder: app, port, environment });
  try {
    const startMs = await worker.until('ready', async () => (await worker.probe('/readyz')).status === 200);
    check(worker, `ready after ${seconds(startMs)}`, true);
    check(worker, 'the health check says that it is healthy', checkHealth(healthCheck, { folder: app, port }) === 0);
    const { ownMemoryMb, processMemoryMb } = await worker.activeJobs();
    console.log(`  memory: worker ${ownMemoryMb.toFixed(0)} MB, warm job processes together ${processMemoryMb.toFixed(0)} MB`);
    const startedAt = performance.now();
    worker.terminate();
    check(worker, `SIGTERM: it ends with 0`, (await worker.end()) === 0);
    check(worker, `after ${seconds(performance.now() - startedAt)}`, performance.now() - startedAt < 10_000);
    check(worker, 'the health check says that it is not', checkHealth(healthCheck, { folder: app, port }) === 1);
  } finally {
    worker.kill();
  }
}

/** With a call: it goes on while the worker drains. @param {Image} image @param {import('./livekit-server/start-server.mjs').LiveKitServer} server */
async function tryDrain({ folder: app, environment }, { url, apiKey, apiSecret }) {
  const port = await freePort('tcp');
  const command = ['node', 'node_modules/.bin/parley', 'start', 'waiting-agent.mjs', '--agent-name', agentName, '--port', String(port)];
  cpSync(join(folder, 'scripts/deploy/waiting-agent.mjs'), join(app, 'waiting-agent.mjs'));
  console.log(command.join(' '));
  const http = url.replace('ws:', 'http:');
  const rooms = new RoomServiceClient(http, apiKey, apiSecret);
  const worker = new RunningWorker(command, { folder: app, port, environment });
  try {
    await worker.until('ready', async () => (await worker.probe('/readyz')).status === 200);
    await rooms.createRoom({ name: 'call', emptyTimeout: 300 });
    await new AgentDispatchClient(http, apiKey, apiSecret).createDispatch('call', agentName);
    await worker.until('in the room', async () => (await rooms.listParticipants('call')).length === 1);
    console.log(`  in a call: job processes together ${(await worker.activeJobs()).processMemoryMb.toFixed(0)} MB`);
    worker.terminate();
    await worker.until('draining', async () => (await worker.probe('/readyz')).body === 'not ready: draining');
    await new Promise((resolve) => {
      setTimeout(resolve, watchMs);
    });
    check(worker, 'SIGTERM: not ready, for it drains', (await worker.probe('/readyz')).status === 503);
    check(worker, 'alive', (await worker.probe('/healthz')).status === 200);
    check(worker, 'the call goes on', (await rooms.listParticipants('call')).length === 1);
    const startedAt = performance.now();
    await rooms.deleteRoom('call');
    check(worker, 'the call ends, and the worker with it, with 0', (await worker.end()) === 0);
    check(worker, `after ${seconds(performance.now() - startedAt)}`, performance.now() - startedAt < 10_000);
  } finally {
    worker.kill();
  }
}

/** @param {ReturnType<typeof buildStages>} image @param {{ readonly command: readonly string[]; readonly healthCheck: readonly string[] }} commands */
async function tryImage(image, { command, healthCheck }) {
  const server = await startLiveKitServer();
  try {
    const { url, apiKey, apiSecret } = server;
    // As if there were many cores: without a limit on CPU of its own the worker goes by the machine's load, which is other programs' here.
    const account = { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret, NUM_CPUS: '64' };
    const run = { folder: image.folder, healthCheck, environment: plainEnvironment({ ...image.environment, ...account }) };
    await tryIdle(run, command);
    await tryDrain(run, server);
  } finally {
    await server.stop();
  }
}

async function main() {
  const work = mkdtempSync(join(tmpdir(), 'parley-deploy-'));
  const registry = await startRegistry(join(work, 'registry'));
  try {
    // Not as a variable of the environment: a shell drops those whose names it could not use.
    const settings = join(work, 'npmrc');
    writeFileSync(settings, `@parley:registry=${registry.url}\n`);
    const environment = { npm_config_globalconfig: settings };
    const context = prepareContext(work, registry.url);
    runCommand('npm install --package-lock-only --ignore-scripts --no-audit --no-fund', { folder: context, environment });
    const stages = readDockerfile(readFileSync(join(example, 'Dockerfile'), 'utf8'));
    const into = join(work, 'stages');
    mkdirSync(into);
    const image = buildStages(stages, { context, into, environment });
    console.log(`the image's own files: ${runCommand('du -sm .', { folder: image.folder }).split(/\s/)[0]} MB`);
    const last = stages.at(-1);
    if (last === undefined) throw new Error('the Dockerfile has no stage');
    const command = [...execForm(lastStep(last, 'ENTRYPOINT')?.text ?? ''), ...container().args];
    const healthCheck = execForm(lastStep(last, 'HEALTHCHECK')?.text ?? '');
    await tryImage(image, { command, healthCheck });
    return 0;
  } finally {
    await registry.close();
    rmSync(work, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
