// @ts-check
import { DecoderPool } from './decoder-pool.mjs';
import { serve } from '../worker/worker-server.mjs';

/**
 * @typedef {import('./decoder-pair.mjs').DecoderPair} DecoderPair
 * @typedef {{ isWanted: boolean, pair?: DecoderPair | undefined }} OpenCall
 */

const pool = new DecoderPool();
/** @type {Map<string, OpenCall>} */
const calls = new Map();

/** @param {string} callKey */
function drop(callKey) {
  const call = calls.get(callKey);
  if (call === undefined) return;
  calls.delete(callKey);
  call.isWanted = false;
  if (call.pair !== undefined) pool.giveBack(call.pair);
  else pool.wakeAll();
}

/** @param {{ readonly callKey: string } & import('./decoder-pool.mjs').PairRequest} request */
async function open({ callKey, ...request }) {
  /** @type {OpenCall} */
  const call = { isWanted: true };
  calls.set(callKey, call);
  try {
    call.pair = await pool.take(request, call);
  } catch (error) {
    calls.delete(callKey);
    throw error;
  }
  // Dropped while the pair was being made.
  if (!call.isWanted && call.pair !== undefined) pool.giveBack(call.pair);
  return {};
}

/** @param {import('./decoder-pair.mjs').Vocabulary} vocabulary */
async function prewarm(vocabulary) {
  const pair = await pool.take({ sessionId: undefined, vocabulary }, { isWanted: true });
  if (pair === undefined) return {};
  // Half a second of noise compiles most of what an utterance runs through. The first session's reset forgets it.
  let seed = 1;
  pair.feed(Int16Array.from({ length: 8_000 }, () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) % 2_000));
  pair.abandon();
  pool.giveBack(pair);
  return {};
}

serve((request) => {
  switch (request.type) {
    case 'prewarm':
      return prewarm(request.vocabulary);
    case 'open':
      return open(request);
    case 'audio':
      return { text: calls.get(request.callKey)?.pair?.feed(request.samples) ?? '' };
    case 'finish':
      return { utterance: calls.get(request.callKey)?.pair?.finish(request.limits) };
    case 'drop':
      return drop(request.callKey);
    default:
      throw new Error(`the worker knows no request '${request.type}'`);
  }
});
