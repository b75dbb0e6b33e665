// @ts-check
import { startBalancer } from './start-balancer.mjs';
import { startRedis } from './start-redis.mjs';
import { startLiveKitServer } from './start-server.mjs';

/**
 * Nodes of one LiveKit cluster, behind one URL.
 *
 * @typedef {{
 *   readonly url: string,
 *   readonly apiKey: string,
 *   readonly apiSecret: string,
 *   readonly redis: import('./start-redis.mjs').Redis,
 *   readonly nodes: readonly import('./start-server.mjs').LiveKitServer[],
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
    return { url: `ws://127.0.0.1:${balancer.port}`, apiKey, apiSecret, redis, nodes, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
