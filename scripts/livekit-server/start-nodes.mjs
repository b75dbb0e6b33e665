// @ts-check
import { startBalancer } from './start-balancer.mjs';
import { startRedis } from './start-redis.mjs';
import { startLiveKitServer } from './start-server.mjs';

/** They say so every two seconds, and try for Redis every second. */
const seenMs = 30_000;

/**
 * Nodes of one LiveKit cluster, behind one URL. `untilSeen` settles once each of them has told Redis again that it is there, as they do every two
 * seconds: one that has not done so for five, be it for want of a Redis, counts as dead, and whoever is let into one of its rooms, or asks for an
 * agent in it, has that room made a second time on another node (1.9.12).
 *
 * @typedef {{
 *   readonly url: string,
 *   readonly apiKey: string,
 *   readonly apiSecret: string,
 *   readonly redis: import('./start-redis.mjs').Redis,
 *   readonly nodes: readonly import('./start-server.mjs').LiveKitServer[],
 *   readonly untilSeen: () => Promise<void>,
 *   readonly stop: () => Promise<void>,
 * } & AsyncDisposable} LiveKitNodes
 */

/**
 * Starts LiveKit servers that are joined by a Redis, on loopback, on free ports, and a balancer before them. All of it ends with `stop`, and
 * with this process at the latest.
 *
 * @param {object} [options]
 * @param {number} [options.count] How many: 2 unless given.
 * @param {Record<string, unknown>} [options.config] As for one server.
 * @returns {Promise<LiveKitNodes>}
 * @throws {Error} A program is not there, or does not answer; what was started has ended.
 */
export async function startLiveKitNodes({ count = 2, config = {} } = {}) {
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  const stop = async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
  };
  try {
    const redis = await startRedis();
    ends.push(redis.stop);
    /** @type {import('./start-server.mjs').LiveKitServer[]} */
    const nodes = [];
    for (let index = 0; index < count; index += 1) {
      const node = await startLiveKitServer({ config: { ...config, redis: { address: redis.address } } });
      // At once: asked gently, a node waits for what nobody needs any more.
      ends.push(node.kill);
      nodes.push(node);
    }
    const balancer = await startBalancer(nodes.map(({ port }) => port));
    ends.push(balancer.stop);
    const { apiKey, apiSecret } = nodes[0] ?? { apiKey: '', apiSecret: '' };
    const untilSeen = async () => {
      await Promise.all(nodes.map(({ nodeId }) => untilToldAgain(redis, nodeId)));
    };
    return { url: `ws://127.0.0.1:${balancer.port}`, apiKey, apiSecret, redis, nodes, untilSeen, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a node tells of itself holds the time. @param {import('./start-redis.mjs').Redis} redis @param {string} nodeId */
async function untilToldAgain(redis, nodeId) {
  const startedAt = performance.now();
  const before = await redis.field('nodes', nodeId);
  while ((await redis.field('nodes', nodeId)) === before) {
    if (performance.now() - startedAt > seenMs) throw new Error(`node ${nodeId} has told Redis nothing for ${seenMs} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
