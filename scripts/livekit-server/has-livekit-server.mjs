// @ts-check
import { findServer } from './find-server.mjs';

/**
 * Whether tests can run a LiveKit server; if not, says loudly that they are left out.
 *
 * @returns {boolean}
 * @throws {Error} There is none, and `PARLEY_REQUIRE` says that it must not be missing.
 */
export function hasLiveKitServer() {
  if (findServer() !== undefined) return true;
  const how = 'node scripts/livekit-server.mjs --install, which needs go and takes minutes';
  const isRequired = (process.env['PARLEY_REQUIRE'] ?? '').split(',').includes('livekit');
  if (isRequired) throw new Error(`PARLEY_REQUIRE names livekit, but there is no livekit-server: ${how}`);
  process.stderr.write(`\nSKIPPED: there is no livekit-server, so nothing is tested against one (${how})\n\n`);
  return false;
}
