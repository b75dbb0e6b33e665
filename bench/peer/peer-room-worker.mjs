// A worker of @livekit/agents, as its own command `start` makes one, that says when jobs are offered and answers when asked.
import { AgentServer, initializeLogger, ServerOptions } from '@livekit/agents';
import { fileURLToPath } from 'node:url';

/** @type {import('../rooms/worker-messages.js').WorkerSettings} */
const { agentName, idleProcesses, healthPort, url, apiKey, apiSecret } = JSON.parse(process.argv[2]);
const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

initializeLogger({ pretty: false, level: 'silent' });
const server = new AgentServer(
  new ServerOptions({
    agent: fileURLToPath(new URL('peer-room-agent.mjs', import.meta.url)),
    agentName,
    wsURL: url,
    apiKey,
    apiSecret,
    production: true,
    numIdleProcesses: idleProcesses,
    initializeProcessTimeout: 60_000,
    host: '127.0.0.1',
    port: healthPort,
    // Whatever else the machine does, the jobs of the bench are taken.
    loadFunc: async () => 0,
    requestFunc: async (request) => {
      process.send({ type: 'offer', room: request.room?.name ?? '', atMs: monotonicMs() });
      await request.accept();
    },
  }),
);
server.event.once('worker_registered', () => process.send({ type: 'registered' }));
process.on('message', (question) => {
  if (question === 'collect') globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send({ type: 'status', activeJobs: server.activeJobs.length, heapMb: (heapUsed + external) / 1e6 });
});
process.once('disconnect', () => process.exit(1));
await server.run();
